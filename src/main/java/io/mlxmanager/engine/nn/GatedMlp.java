package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** The feed-forward part of a block: {@code down(silu(gate(x)) * up(x))}. */
public record GatedMlp(Projection gate, Projection up, Projection down) {

    public static GatedMlp load(ModelWeights weights, String path, int features, int hidden, boolean bias) {
        return new GatedMlp(
                Projection.load(weights, path + ".gate_proj", features, hidden, bias),
                Projection.load(weights, path + ".up_proj", features, hidden, bias),
                Projection.load(weights, path + ".down_proj", hidden, features, bias));
    }

    public MlxArray apply(MlxArray x) {
        return down.apply(Ops.swiglu(gate.apply(x), up.apply(x)));
    }
}
