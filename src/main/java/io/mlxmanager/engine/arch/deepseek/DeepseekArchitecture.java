package io.mlxmanager.engine.arch.deepseek;

import io.mlxmanager.engine.arch.decoder.CorrectedExperts;
import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LatentPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import jakarta.json.Json;
import java.util.Optional;

/**
 * {@code model_type} deepseek_v2, deepseek_v3, kimi_k2, joyai_llm_flash and glm4_moe_lite: keys and values made from one
 * small vector for each position, and experts in groups.
 */
public final class DeepseekArchitecture extends DecoderArchitecture {

    private static final float USUAL_NORM_EPS = 1e-6f;

    @Override
    protected DecoderPlan plan(JsonFile config) {
        boolean bias = config.optionalBoolean("attention_bias", false);
        boolean glm = config.requiredString("model_type").equals("glm4_moe_lite");
        // Only one of the families takes the general epsilon for the norms on the small vectors.
        float normEps = glm ? config.positiveFloat("rms_norm_eps", 1e-5f) : USUAL_NORM_EPS;
        LatentPlan latent = new LatentPlan(
                config.optionalInt("q_lora_rank", 1, 0),
                config.requiredInt("kv_lora_rank", 1),
                config.requiredInt("qk_nope_head_dim", 1),
                config.requiredInt("qk_rope_head_dim", 2),
                config.requiredInt("v_head_dim", 1),
                normEps);
        DecoderPlan.Builder plan = DecoderPlan.builder(config.with("head_dim", Json.createValue(latent.queryDim())))
                .tiedUnlessSaid(false)
                .biases(bias, bias, false)
                .latent(latent);
        RopePlan rope = RopePlan.of(config, latent.turnedDim(), true, glm ? 1_000_000 : 10_000);
        return plan.attentionScale(scale(config, latent.queryDim()))
                .layerPlans(CorrectedExperts.layers(config, plan.layers(), rope))
                .build();
    }

    /** Stretched positions sharpen attention over all dimensions, where the configuration says so. */
    private static double scale(JsonFile config, int queryDim) {
        double scale = 1 / Math.sqrt(queryDim);
        Optional<JsonFile> stretched =
                config.optionalObject("rope_parameters").or(() -> config.optionalObject("rope_scaling"));
        if (stretched.isEmpty()) {
            return scale;
        }
        double weight = stretched.get().number("mscale_all_dim", 0);
        double factor = stretched.get().positiveFloat("factor", 1);
        double sharper = factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
        return scale * sharper * sharper;
    }
}
