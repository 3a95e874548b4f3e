package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Gelu;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** The part of a block that looks at each token alone. Confined to the engine thread. */
@FunctionalInterface
public interface FeedForward {

    /** @param x {@code [..., features]}; so is the result */
    MlxArray apply(MlxArray x);

    /** What the gate goes through before it is multiplied. */
    enum Gate {
        SILU {
            @Override
            MlxArray apply(MlxArray gate, MlxArray up) {
                return Ops.swiglu(gate, up);
            }
        },
        GELU_TANH {
            @Override
            MlxArray apply(MlxArray gate, MlxArray up) {
                return Ops.multiply(Ops.gelu(gate, Gelu.TANH), up);
            }
        },
        /** A steeper SiLU of a gate that is cut off, times one more than the other part, cut off as well. */
        SILU_CLAMPED {
            private static final double LIMIT = 7;
            private static final double STEEPNESS = 1.702;

            @Override
            MlxArray apply(MlxArray gate, MlxArray up) {
                MlxArray cut = Ops.minimum(gate, LIMIT);
                MlxArray active = Ops.multiply(cut, Ops.sigmoid(Ops.multiply(cut, STEEPNESS)));
                return Ops.multiply(active, Ops.add(Ops.maximum(Ops.minimum(up, LIMIT), -LIMIT), 1));
            }
        };

        abstract MlxArray apply(MlxArray gate, MlxArray up);
    }

    /** {@code down(gate(x) * up(x))}, the gate activated. */
    static FeedForward gated(
            ModelWeights weights, String path, int features, int hidden, boolean bias, Gate activation) {
        Projection gate = Projection.load(weights, path + ".gate_proj", features, hidden, bias);
        Projection up = Projection.load(weights, path + ".up_proj", features, hidden, bias);
        Projection down = Projection.load(weights, path + ".down_proj", hidden, features, bias);
        return x -> down.apply(activation.apply(gate.apply(x), up.apply(x)));
    }

    /** The sum of what several parts make of the same. */
    static FeedForward sum(FeedForward first, FeedForward second) {
        return x -> Ops.add(first.apply(x), second.apply(x));
    }

    /** As {@link #gated}, gate and up in one matrix, the gate first. */
    static FeedForward fused(ModelWeights weights, String path, int features, int hidden, Gate activation) {
        Projection both = Projection.load(weights, path + ".gate_up_proj", features, 2 * hidden, false);
        Projection down = Projection.load(weights, path + ".down_proj", hidden, features, false);
        return x -> {
            MlxArray y = both.apply(x);
            MlxArray gate = Ops.slice(y, new int[3], new int[] {y.dim(0), y.dim(1), hidden});
            MlxArray up = Ops.slice(y, new int[] {0, 0, hidden}, new int[] {y.dim(0), y.dim(1), 2 * hidden});
            return down.apply(activation.apply(gate, up));
        };
    }
}
