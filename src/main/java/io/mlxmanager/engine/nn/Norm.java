package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** A norm over the last axis. Confined to the engine thread. */
@FunctionalInterface
public interface Norm {

    /** Changes nothing. */
    Norm NONE = x -> x;

    /** The result has the shape of {@code x}. */
    MlxArray apply(MlxArray x);

    /** Root mean square. */
    static Norm rms(ModelWeights weights, String path, int features, float eps) {
        MlxArray weight = weights.floats(path + ".weight", features);
        return x -> FastOps.rmsNorm(x, weight, eps);
    }

    /** Root mean square, without weights. */
    static Norm unit(float eps) {
        return x -> FastOps.rmsNorm(x, null, eps);
    }

    /** Root mean square, the weights stored as their distance from one. */
    static Norm rmsOnePlus(ModelWeights weights, String path, int features, float eps) {
        MlxArray stored = weights.floats(path + ".weight", features);
        MlxArray weight = weights.derive(() -> Ops.add(stored, 1));
        return x -> FastOps.rmsNorm(x, weight, eps);
    }

    /** Mean and variance, without a bias. */
    static Norm layer(ModelWeights weights, String path, int features, float eps) {
        MlxArray weight = weights.floats(path + ".weight", features);
        return x -> FastOps.layerNorm(x, weight, null, eps);
    }

    /** Mean and variance, with a bias. */
    static Norm layerBiased(ModelWeights weights, String path, int features, float eps) {
        MlxArray weight = weights.floats(path + ".weight", features);
        MlxArray bias = weights.floats(path + ".bias", features);
        return x -> FastOps.layerNorm(x, weight, bias, eps);
    }
}
