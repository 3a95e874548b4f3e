package io.mlxmanager.engine.arch.qwen;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;

/** {@code model_type} qwen2: a llama with biases on queries, keys and values. */
public final class Qwen2Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        requireNoWindow(config);
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(true).biases(true, false, false);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), false, 1_000_000))
                .build();
    }

    static void requireNoWindow(JsonFile config) {
        if (config.optionalBoolean("use_sliding_window", false)) {
            throw new ModelFormatException(
                    config.name() + ": use_sliding_window is not supported for " + config.requiredString("model_type"));
        }
    }
}
