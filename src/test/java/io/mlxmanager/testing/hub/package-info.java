/**
 * A model hub of our own for tests, with every fault that a network and a hub can have.
 */
package io.mlxmanager.testing.hub;
