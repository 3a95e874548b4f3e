package io.mlxmanager.engine.arch.deepseek;

import io.mlxmanager.engine.arch.decoder.CorrectedExperts;
import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} dots1: norms on each head, and experts as DeepSeek's. */
public final class Dots1Architecture extends DecoderArchitecture {

    private static final Place EXPERTS = new Place("mlp", "gate", "experts", "gate_proj", "up_proj", "down_proj");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).headNorm(HeadNorm.EACH_HEAD);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 10_000);
        return plan.layerPlans(CorrectedExperts.layers(config, plan.layers(), rope, EXPERTS))
                .build();
    }
}
