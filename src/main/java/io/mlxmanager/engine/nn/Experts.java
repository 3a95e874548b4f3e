package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** A feed-forward part of which a router chooses a few experts for each token. Confined to the engine thread. */
public final class Experts implements FeedForward {

    private final Router router;
    private final Stack gate;
    private final Stack up;
    private final Stack down;
    private final Gate activation;

    /**
     * Where experts lie.
     *
     * @param together path of the module in which all experts' matrices lie stacked
     * @param alone path of the module that holds a module for each expert, as models have it before they are converted
     * @param gate name of a single expert's matrix; {@code up} and {@code down} likewise
     */
    public record Names(String together, String alone, String gate, String up, String down) {}

    /**
     * Sizes of experts.
     *
     * @param count of all experts
     * @param features of the stream
     * @param hidden features inside an expert
     * @param bias whether the experts' matrices have biases
     */
    public record Sizes(int count, int features, int hidden, boolean bias) {}

    /**
     * One matrix of all experts.
     *
     * @param biases {@code [experts, out]} or null
     */
    record Stack(MatrixStack matrices, MlxArray biases) {

        MlxArray apply(MlxArray x, MlxArray indices) {
            MlxArray y = matrices.apply(x, indices);
            return biases == null ? y : Ops.add(y, Ops.expandDims(Ops.take(biases, indices, 0), -2));
        }
    }

    Experts(Router router, Stack gate, Stack up, Stack down, Gate activation) {
        this.router = router;
        this.gate = gate;
        this.up = up;
        this.down = down;
        this.activation = activation;
    }

    /** Loads experts in whichever of the known ways the files have them. */
    public static Experts load(ModelWeights weights, Names names, Sizes sizes, Router router, Gate activation) {
        if (weights.has(names.together() + BlockExperts.MARK)) {
            return BlockExperts.load(weights, names.together(), sizes, router, activation);
        }
        int in = sizes.features();
        int hidden = sizes.hidden();
        return new Experts(
                router,
                stack(weights, names, "gate_proj", names.gate(), sizes, in, hidden),
                stack(weights, names, "up_proj", names.up(), sizes, in, hidden),
                stack(weights, names, "down_proj", names.down(), sizes, hidden, in),
                activation);
    }

    private static Stack stack(
            ModelWeights weights, Names names, String stacked, String single, Sizes sizes, int in, int out) {
        String path = names.together() + "." + stacked;
        MatrixStack matrices =
                MatrixStack.load(weights, path, i -> names.alone() + "." + i + "." + single, sizes.count(), in, out);
        return new Stack(matrices, sizes.bias() ? weights.floats(path + ".bias", sizes.count(), out) : null);
    }

    @Override
    public MlxArray apply(MlxArray x) {
        return apply(x, router.choose(x));
    }

    /** @param choice made for {@code x}, by whatever */
    public MlxArray apply(MlxArray x, Router.Choice choice) {
        MlxArray alone = Ops.reshape(x, x.dim(0), x.dim(1), 1, 1, x.dim(2));
        MlxArray active = activation.apply(gate.apply(alone, choice.indices()), up.apply(alone, choice.indices()));
        MlxArray answers = Ops.squeeze(down.apply(active, choice.indices()), 3);
        MlxArray shares = Ops.expandDims(Ops.astype(choice.shares(), answers.dtype()), -1);
        return Ops.sum(Ops.multiply(answers, shares), 2, false);
    }
}
