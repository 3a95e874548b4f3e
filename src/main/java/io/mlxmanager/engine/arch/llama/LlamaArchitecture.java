package io.mlxmanager.engine.arch.llama;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.ArrayList;
import java.util.List;

/** {@code model_type} llama and mistral. Biases and layers with a sliding window where the configuration says so. */
public final class LlamaArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(true);
        boolean bias = config.optionalBoolean("attention_bias", false);
        boolean traditional = config.optionalBoolean("rope_traditional", false);
        RopePlan rope = RopePlan.of(config, plan.headDim(), traditional, 10_000);
        return plan.biases(bias, bias, config.optionalBoolean("mlp_bias", false))
                .layerPlans(layers(config, plan.layers(), rope, rope))
                .build();
    }

    /**
     * Layers by {@code layer_types}; all of them look back on everything where there is no such field.
     *
     * @param everything positions of layers that look back on everything
     * @param sliding positions of layers with a window
     */
    public static List<LayerPlan> layers(JsonFile config, int count, RopePlan everything, RopePlan sliding) {
        List<String> types = config.strings("layer_types");
        if (!types.isEmpty() && types.size() != count) {
            throw new ModelFormatException(
                    config.name() + ": layer_types has " + types.size() + " entries for " + count + " layers");
        }
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String type = types.isEmpty() ? "full_attention" : types.get(i);
            layers.add(
                    switch (type) {
                        case "full_attention" -> new LayerPlan(everything, 0);
                        case "sliding_attention" -> new LayerPlan(sliding, config.requiredInt("sliding_window", 1));
                        default ->
                            throw new ModelFormatException(
                                    config.name() + ": layer_types has " + type + ", which is not supported");
                    });
        }
        return layers;
    }
}
