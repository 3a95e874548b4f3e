package io.mlxmanager.serve.pool;

import java.util.List;

/** Announced when the set of models in memory, or what they are doing, changed. */
public record PoolChanged(List<LoadedModel> models) {

    public PoolChanged {
        models = List.copyOf(models);
    }
}
