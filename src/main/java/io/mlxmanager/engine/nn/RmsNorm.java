package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.MlxArray;

/** Root-mean-square norm over the last axis. */
public record RmsNorm(MlxArray weight, float eps) {

    public static RmsNorm load(ModelWeights weights, String path, int features, float eps) {
        return new RmsNorm(weights.floats(path + ".weight", features), eps);
    }

    /** The result has the shape of {@code x}. */
    public MlxArray apply(MlxArray x) {
        return FastOps.rmsNorm(x, weight, eps);
    }
}
