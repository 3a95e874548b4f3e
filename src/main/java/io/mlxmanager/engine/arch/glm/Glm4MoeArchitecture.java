package io.mlxmanager.engine.arch.glm;

import io.mlxmanager.engine.arch.decoder.CorrectedExperts;
import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/**
 * {@code model_type} glm4_moe: experts beside one that serves every token, but for the first layers; positions turn a half of
 * each head.
 */
public final class Glm4MoeArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(false)
                .biases(config.optionalBoolean("attention_bias", false), false, false)
                .headNorm(config.optionalBoolean("use_qk_norm", false) ? HeadNorm.EACH_HEAD : HeadNorm.NONE);
        int dims = (int) (plan.headDim() * config.positiveFloat("partial_rotary_factor", 0.5f));
        RopePlan rope = RopePlan.of(config, dims, false, 10_000);
        return plan.layerPlans(CorrectedExperts.layers(config, plan.layers(), rope))
                .build();
    }
}
