package io.mlxmanager.engine.arch;

import io.mlxmanager.mlx.Dtype;

/**
 * Element types that a model computes with.
 *
 * @param activations of what flows through the layers; null keeps the type that the weights give
 * @param cache of keys and values
 */
public record ComputeTypes(Dtype activations, Dtype cache) {}
