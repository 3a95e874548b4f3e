package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.nn.Router.Scoring;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * Experts in the way of DeepSeek: in groups of which the best take part, chosen by scores that a bias corrects, beside
 * experts that serve every token; the first layers have none. The fields of config.json are the same in all families.
 */
public final class CorrectedExperts {

    private CorrectedExperts() {}

    /** Layers that all turn positions alike. */
    public static List<LayerPlan> layers(JsonFile config, int count, RopePlan rope) {
        return layers(config, count, rope, Place.USUAL);
    }

    /** As {@link #layers(JsonFile, int, RopePlan)}, under other names. */
    public static List<LayerPlan> layers(JsonFile config, int count, RopePlan rope, Place place) {
        int every = config.optionalInt("moe_layer_freq", 1, 1);
        int first = config.optionalInt("first_k_dense_replace", 0, 0);
        ExpertPlan experts = config.has("n_routed_experts") ? experts(config, place) : null;
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(new LayerPlan(rope, 0, i >= first && i % every == 0 ? experts : null));
        }
        return layers;
    }

    private static ExpertPlan experts(JsonFile config, Place place) {
        int hidden = config.requiredInt("moe_intermediate_size", 1);
        int shared = config.optionalInt("n_shared_experts", 0, 0);
        return new ExpertPlan(rule(config), hidden, hidden * shared, place, false, Gate.SILU);
    }

    private static Router.Rule rule(JsonFile config) {
        int count = config.requiredInt("n_routed_experts", 1);
        int chosen = config.requiredInt("num_experts_per_tok", 1);
        String method = config.optionalString("topk_method").orElse("noaux_tc");
        boolean grouped = !method.equals("greedy") && !method.equals("gready");
        int groups = grouped ? config.optionalInt("n_group", 1, 1) : 1;
        int chosenGroups = grouped ? config.optionalInt("topk_group", 1, 1) : 1;
        if (count % groups != 0 || chosenGroups > groups || chosen > count / groups * chosenGroups) {
            throw new ModelFormatException(config.name() + ": num_experts_per_tok " + chosen + " of n_routed_experts "
                    + count + " in topk_group " + chosenGroups + " of n_group " + groups + " cannot be chosen");
        }
        boolean corrected = method.equals("noaux_tc");
        if (!corrected && grouped && !method.equals("group_limited_greedy")) {
            throw new ModelFormatException(config.name() + ": topk_method " + method + " is not supported");
        }
        return new Router.Rule(
                count,
                chosen,
                corrected ? Scoring.SIGMOID : Scoring.SOFTMAX,
                // Families that correct nothing have the field in their files, and do not go by it.
                corrected && config.optionalBoolean("norm_topk_prob", true),
                config.positiveFloat("routed_scaling_factor", 1),
                groups,
                chosenGroups);
    }
}
