package io.mlxmanager.engine.arch.llama;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.QueryGrowth;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;

/** {@code model_type} ministral3: a llama whose queries grow with their position beyond the length it was first made for. */
public final class Ministral3Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(true);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 10_000);
        JsonFile positions = config.optionalObject("rope_parameters")
                .orElseThrow(() -> new ModelFormatException(config.name() + ": missing rope_parameters"));
        double rate = positions.number("llama_4_scaling_beta", 0);
        if (rate != 0) {
            plan.growth(new QueryGrowth(rate, positions.requiredInt("original_max_position_embeddings", 1)));
        }
        return plan.layerPlans(LlamaArchitecture.layers(config, plan.layers(), rope, rope))
                .build();
    }
}
