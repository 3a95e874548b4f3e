package io.mlxmanager.engine.arch.llama;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} ernie4_5: a llama in which neighbouring pairs turn, with biases everywhere or nowhere. */
public final class Ernie45Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        boolean bias = config.optionalBoolean("use_bias", false);
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(true).biases(bias, bias, bias);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), true, 500_000))
                .build();
    }
}
