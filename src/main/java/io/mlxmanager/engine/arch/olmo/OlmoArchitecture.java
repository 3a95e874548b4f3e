package io.mlxmanager.engine.arch.olmo;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.arch.llama.LlamaArchitecture;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} olmo2 and olmo3; the layers of the latter that look back on a window scale no positions. */
public final class OlmoArchitecture extends DecoderArchitecture {

    private static final BlockNorms BEHIND =
            new BlockNorms(null, "post_attention_layernorm", null, "post_feedforward_layernorm");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        boolean second = config.requiredString("model_type").equals("olmo2");
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(second);
        boolean bias = config.optionalBoolean("attention_bias", false);
        double base = config.positiveFloat("rope_theta", 10_000);
        return plan.biases(bias, bias, config.optionalBoolean("mlp_bias", false))
                .headNorm(HeadNorm.ALL_HEADS)
                .norms(BEHIND)
                .layerPlans(LlamaArchitecture.layers(
                        config,
                        plan.layers(),
                        RopePlan.of(config, plan.headDim(), false, base),
                        RopePlan.plain(plan.headDim(), false, base)))
                .build();
    }
}
