package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.nn.Projection.PackedMatrix;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;

/** A feed-forward part of which a router chooses a few experts for each token. Confined to the engine thread. */
public final class Experts implements FeedForward {

    private final Projection router;
    private final PackedMatrix gate;
    private final PackedMatrix up;
    private final PackedMatrix down;
    private final int chosen;
    private final boolean normed;

    /**
     * @param path of the module that holds {@code gate} (the router) and {@code switch_mlp}
     * @param hidden features inside an expert
     * @param chosen experts for each token
     * @param normed whether the shares of the chosen add up to one
     */
    public Experts(
            ModelWeights weights, String path, int features, int hidden, int experts, int chosen, boolean normed) {
        this.router = Projection.load(weights, path + ".gate", features, experts, false);
        this.gate = stack(weights, path + ".switch_mlp.gate_proj", experts, features, hidden);
        this.up = stack(weights, path + ".switch_mlp.up_proj", experts, features, hidden);
        this.down = stack(weights, path + ".switch_mlp.down_proj", experts, hidden, features);
        this.chosen = chosen;
        this.normed = normed;
    }

    private static PackedMatrix stack(ModelWeights weights, String path, int experts, int in, int out) {
        PackedMatrix stack = PackedMatrix.loadStack(weights, path, experts, in, out);
        QuantOps.prepare(stack.weight(), stack.scales(), stack.biases(), stack.quantization());
        return stack;
    }

    @Override
    public MlxArray apply(MlxArray x) {
        int sequences = x.dim(0);
        int tokens = x.dim(1);
        MlxArray shares = Ops.softmax(Ops.astype(router.apply(x), Dtype.F32), -1);
        MlxArray order = Ops.argsort(Ops.negative(shares), -1);
        MlxArray indices = Ops.slice(order, new int[3], new int[] {sequences, tokens, chosen});
        MlxArray weights = Ops.takeAlongAxis(shares, indices, -1);
        if (normed) {
            weights = Ops.divide(weights, Ops.sum(weights, -1, true));
        }
        MlxArray alone = Ops.reshape(x, sequences, tokens, 1, 1, x.dim(2));
        MlxArray active = Ops.swiglu(multiply(alone, gate, indices), multiply(alone, up, indices));
        MlxArray answers = Ops.squeeze(multiply(active, down, indices), 3);
        MlxArray weighed = Ops.multiply(answers, Ops.expandDims(Ops.astype(weights, answers.dtype()), -1));
        return Ops.sum(weighed, 2, false);
    }

    private static MlxArray multiply(MlxArray x, PackedMatrix stack, MlxArray indices) {
        return QuantOps.gatherQmm(
                x, stack.weight(), stack.scales(), stack.biases(), null, indices, true, stack.quantization());
    }
}
