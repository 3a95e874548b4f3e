package io.mlxmanager.engine.arch.qwen;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} mimo: a qwen2 with a head of its own; the layers that guess further tokens are not used. */
public final class MimoArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).biases(true, false, false);
        boolean traditional = config.optionalBoolean("rope_traditional", false);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), traditional, 10_000))
                .build();
    }
}
