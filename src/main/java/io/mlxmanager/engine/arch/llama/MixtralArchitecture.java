package io.mlxmanager.engine.arch.llama;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.nn.Router.Scoring;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.Collections;

/** {@code model_type} mixtral: a mistral with experts in every layer. */
public final class MixtralArchitecture extends DecoderArchitecture {

    private static final Place EXPERTS = new Place("block_sparse_moe", "gate", "switch_mlp", "w1", "w3", "w2");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).normEps(config.positiveFloat("rms_norm_eps", 1e-5f));
        Router.Rule rule =
                Router.Rule.read(config, "num_local_experts", "num_experts_per_tok", Scoring.SOFTMAX_OF_CHOSEN, false);
        ExpertPlan experts =
                new ExpertPlan(rule, config.requiredInt("intermediate_size", 1), 0, EXPERTS, false, Gate.SILU);
        int window = config.optionalInt("sliding_window", 1, 0);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 1_000_000);
        return plan.layerPlans(Collections.nCopies(plan.layers(), new LayerPlan(rope, window, experts)))
                .build();
    }
}
