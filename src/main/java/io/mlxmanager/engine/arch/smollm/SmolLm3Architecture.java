package io.mlxmanager.engine.arch.smollm;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.ArrayList;
import java.util.List;

/** {@code model_type} smollm3: a llama in which every fourth layer knows no positions. */
public final class SmolLm3Architecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(true);
        boolean bias = config.optionalBoolean("attention_bias", false);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 10_000);
        List<Integer> turns = config.integers("no_rope_layers");
        int interval = config.optionalInt("no_rope_layer_interval", 1, 4);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean turning = i < turns.size() ? turns.get(i) != 0 : (i + 1) % interval != 0;
            layers.add(new LayerPlan(turning ? rope : null, 0));
        }
        return plan.biases(bias, bias, config.optionalBoolean("mlp_bias", false))
                .layerPlans(layers)
                .build();
    }
}
