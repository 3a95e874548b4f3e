package io.mlxmanager.engine.arch;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;

/**
 * Element types that a model computes with.
 *
 * @param activations of what flows through the layers; null keeps the type that the weights give
 * @param cache how keys and values are kept
 */
public record ComputeTypes(Dtype activations, KvFormat cache) {

    /** With keys and values that are not packed. */
    public ComputeTypes(Dtype activations, Dtype cache) {
        this(activations, KvFormat.of(cache));
    }
}
