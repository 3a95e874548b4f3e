package io.mlxmanager.serve.pool;

/**
 * Announced by the pool's thread, in order, when a model came to stand elsewhere.
 *
 * @param id of the model
 */
public record ModelPhaseChanged(String id, ModelPhase phase) {}
