/**
 * What a sequence remembers between steps: keys and values per layer.
 * Owned by one generation, confined to the engine thread, closed with the generation.
 */
package io.mlxmanager.engine.cache;
