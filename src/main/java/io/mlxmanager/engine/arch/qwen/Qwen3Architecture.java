package io.mlxmanager.engine.arch.qwen;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} qwen3: norms on each head of queries and keys, an explicit head size, no biases. */
public final class Qwen3Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        Qwen2Architecture.requireNoWindow(config);
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).headNorm(HeadNorm.EACH_HEAD);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), false, 1_000_000))
                .build();
    }
}
