package io.mlxmanager.engine.arch.llama;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} seed_oss: a llama that says for each side of attention whether it has biases. */
public final class SeedOssArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(true)
                .biases(
                        config.optionalBoolean("attention_bias", false),
                        config.optionalBoolean("attention_out_bias", false),
                        config.optionalBoolean("mlp_bias", false));
        boolean traditional = config.optionalBoolean("rope_traditional", false);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), traditional, 10_000))
                .build();
    }
}
