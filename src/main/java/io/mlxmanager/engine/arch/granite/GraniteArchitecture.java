package io.mlxmanager.engine.arch.granite;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} granite: a llama with factors on token vectors, scores, residuals and logits. */
public final class GraniteArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(true);
        boolean bias = config.optionalBoolean("attention_bias", false);
        return plan.biases(bias, bias, config.optionalBoolean("mlp_bias", false))
                .everyLayer(RopePlan.of(config, plan.headDim(), false, 10_000))
                .embeddingScale(config.positiveFloat("embedding_multiplier", 1))
                .attentionScale(config.positiveFloat("attention_multiplier", 1))
                .residualScale(config.positiveFloat("residual_multiplier", 1))
                .logitScale(1 / (double) config.positiveFloat("logits_scaling", 1))
                .build();
    }
}
