/**
 * Granite 3.
 */
package io.mlxmanager.engine.arch.granite;
