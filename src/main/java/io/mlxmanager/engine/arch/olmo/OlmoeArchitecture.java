package io.mlxmanager.engine.arch.olmo;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.Collections;

/** {@code model_type} olmoe: norms on all heads together, experts in every layer. */
public final class OlmoeArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        boolean bias = config.optionalBoolean("attention_bias", false);
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(true)
                .headNorm(HeadNorm.ALL_HEADS)
                .biases(bias, bias, false);
        Router.Rule rule = Router.Rule.read(
                config,
                "num_experts",
                "num_experts_per_tok",
                Router.Scoring.SOFTMAX,
                config.optionalBoolean("norm_topk_prob", false));
        ExpertPlan experts = new ExpertPlan(rule, config.requiredInt("intermediate_size", 1));
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 10_000);
        return plan.layerPlans(Collections.nCopies(plan.layers(), new LayerPlan(rope, 0, experts)))
                .build();
    }
}
