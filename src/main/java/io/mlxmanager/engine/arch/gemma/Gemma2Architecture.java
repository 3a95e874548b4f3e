package io.mlxmanager.engine.arch.gemma;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} gemma2: norms around both parts, scores and logits pressed below a cap. Every other layer, the first
 * one included, looks back on a window.
 */
public final class Gemma2Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = GemmaArchitecture.common(config).norms(GemmaArchitecture.AROUND);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 10_000);
        int window = config.optionalInt("sliding_window", 1, 4096);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            layers.add(new LayerPlan(rope, i % 2 == 0 ? window : 0));
        }
        return plan.layerPlans(layers)
                .attentionScale(1 / Math.sqrt(config.positiveFloat("query_pre_attn_scalar", 144)))
                .attentionCap(config.positiveFloat("attn_logit_softcapping", 50))
                .logitCap(config.positiveFloat("final_logit_softcapping", 30))
                .build();
    }
}
