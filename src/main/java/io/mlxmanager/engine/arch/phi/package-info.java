/**
 * Phi 3 and Phi 4.
 */
package io.mlxmanager.engine.arch.phi;
