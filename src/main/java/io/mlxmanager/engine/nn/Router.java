package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** Chooses experts for each token, and the share that each of them has. Confined to the engine thread. */
public final class Router {

    /** What the router's products become before the best are chosen. */
    public enum Scoring {
        SOFTMAX,
        /** The best products are chosen, and a softmax over those is their share. */
        SOFTMAX_OF_CHOSEN,
        SIGMOID
    }

    /**
     * The rule by which experts are chosen.
     *
     * @param chosen for each token
     * @param normed whether the shares of the chosen add up to one, before the scale
     * @param scale factor on the shares
     * @param groups into which the experts are divided, 1 for none; only the best groups take part
     * @param chosenGroups groups that take part
     */
    public record Rule(
            int experts, int chosen, Scoring scoring, boolean normed, double scale, int groups, int chosenGroups) {

        /**
         * A rule without groups, as config.json has it.
         *
         * @param experts field with the number of all experts
         * @param chosen field with the number of those chosen for a token
         * @throws ModelFormatException if one is missing, or more are chosen than there are
         */
        public static Rule read(JsonFile config, String experts, String chosen, Scoring scoring, boolean normed) {
            int all = config.requiredInt(experts, 1);
            int some = config.requiredInt(chosen, 1);
            if (some > all) {
                throw new ModelFormatException(
                        config.name() + ": " + chosen + " is " + some + " of " + all + " experts");
            }
            return new Rule(all, some, scoring, normed, 1, 1, 1);
        }
    }

    /**
     * What was chosen.
     *
     * @param indices {@code [sequences, tokens, chosen]}
     * @param shares of the same shape, F32
     */
    public record Choice(MlxArray indices, MlxArray shares) {}

    private final Rule rule;
    private final Norm norm;
    private final Projection products;
    private final MlxArray correction;
    private final MlxArray factors;

    /**
     * @param path of the projection to one product for each expert; where it has an {@code e_score_correction_bias}, that
     *     is added to the scores for the choice, and not for the shares
     */
    public Router(ModelWeights weights, String path, int features, boolean bias, Rule rule) {
        this.rule = rule;
        this.norm = Norm.NONE;
        this.products = Projection.load(weights, path, features, rule.experts(), bias);
        String name = path + ".e_score_correction_bias";
        this.correction = weights.has(name) ? weights.floats(name, rule.experts()) : null;
        this.factors = null;
    }

    private Router(Rule rule, Norm norm, Projection products, MlxArray factors) {
        this.rule = rule;
        this.norm = norm;
        this.products = products;
        this.correction = null;
        this.factors = factors;
    }

    /**
     * A router that norms what it reads, with weights of its own, and has a factor for the share of each expert.
     *
     * @param path of the module that holds {@code proj}, {@code scale} and {@code per_expert_scale}
     */
    public static Router normed(ModelWeights weights, String path, int features, float eps, Rule rule) {
        MlxArray stored = weights.floats(path + ".scale", features);
        MlxArray scale = weights.derive(() -> Ops.multiply(stored, 1 / Math.sqrt(features)));
        return new Router(
                rule,
                x -> FastOps.rmsNorm(x, scale, eps),
                Projection.load(weights, path + ".proj", features, rule.experts(), false),
                weights.floats(path + ".per_expert_scale", rule.experts()));
    }

    /** @param x {@code [sequences, tokens, features]} */
    public Choice choose(MlxArray x) {
        MlxArray raw = Ops.astype(products.apply(norm.apply(x)), Dtype.F32);
        MlxArray scores = switch (rule.scoring()) {
            case SOFTMAX -> Ops.softmax(raw, -1);
            case SOFTMAX_OF_CHOSEN -> raw;
            case SIGMOID -> Ops.sigmoid(raw);
        };
        MlxArray ranked = correction == null ? scores : Ops.add(scores, correction);
        if (rule.groups() > 1) {
            ranked = inBestGroups(ranked);
        }
        MlxArray indices = first(Ops.argsort(Ops.negative(ranked), -1), rule.chosen());
        MlxArray shares = Ops.takeAlongAxis(scores, indices, -1);
        if (rule.scoring() == Scoring.SOFTMAX_OF_CHOSEN) {
            shares = Ops.softmax(shares, -1);
        } else if (rule.normed() && rule.chosen() > 1) {
            shares = Ops.divide(shares, Ops.sum(shares, -1, true));
        }
        if (factors != null) {
            shares = Ops.multiply(shares, Ops.take(factors, indices, 0));
        }
        return new Choice(indices, rule.scale() == 1 ? shares : Ops.multiply(shares, rule.scale()));
    }

    /** Zero for experts whose group is not among the best: by its two best scores if those are corrected, else by its best. */
    private MlxArray inBestGroups(MlxArray scores) {
        int sequences = scores.dim(0);
        int tokens = scores.dim(1);
        int size = rule.experts() / rule.groups();
        MlxArray grouped = Ops.reshape(scores, sequences, tokens, rule.groups(), size);
        MlxArray ofGroups = correction == null || size < 2
                ? Ops.max(grouped, -1, false)
                : Ops.sum(Ops.topk(grouped, 2, -1), -1, false);
        MlxArray places = Ops.argsort(Ops.argsort(Ops.negative(ofGroups), -1), -1);
        MlxArray outside = Ops.greater(Ops.astype(places, Dtype.F32), rule.chosenGroups() - 0.5);
        MlxArray nothing = Ops.full(Dtype.F32, 0, 1);
        return Ops.reshape(Ops.where(Ops.expandDims(outside, -1), nothing, grouped), sequences, tokens, rule.experts());
    }

    private static MlxArray first(MlxArray x, int count) {
        return Ops.slice(x, new int[3], new int[] {x.dim(0), x.dim(1), count});
    }
}
