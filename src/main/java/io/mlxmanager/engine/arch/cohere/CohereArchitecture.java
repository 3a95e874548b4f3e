package io.mlxmanager.engine.arch.cohere;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.NormKind;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} cohere and cohere2: both parts of a block read the same normed stream. In cohere2 three of four layers
 * look back on a window, and the fourth knows no positions.
 */
public final class CohereArchitecture extends DecoderArchitecture {

    private static final BlockNorms FIRST = new BlockNorms("input_layernorm", null, null, null);

    @Override
    protected DecoderPlan plan(JsonFile config) {
        if (config.optionalBoolean("use_qk_norm", false)) {
            throw new ModelFormatException(
                    config.name() + ": use_qk_norm is not supported for " + config.requiredString("model_type"));
        }
        DecoderPlan.Builder plan = DecoderPlan.builder(config);
        boolean bias = config.optionalBoolean("attention_bias", false);
        return plan.tiedUnlessSaid(true)
                .normEps(config.positiveFloat("layer_norm_eps", 1e-5f))
                .normKind(NormKind.LAYER)
                .norms(FIRST)
                .parallel()
                .biases(bias, bias, false)
                .logitScale(config.positiveFloat("logit_scale", 0.0625f))
                .layerPlans(layers(config, plan.layers(), plan.headDim()))
                .build();
    }

    private static List<LayerPlan> layers(JsonFile config, int count, int headDim) {
        boolean second = config.requiredString("model_type").equals("cohere2");
        RopePlan rope = RopePlan.of(config, headDim, true, second ? 50_000 : 8_000_000);
        int pattern = second ? config.optionalInt("sliding_window_pattern", 1, 4) : 0;
        int window = second ? config.optionalInt("sliding_window", 1, 4096) : 0;
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean whole = second && (i + 1) % pattern == 0;
            layers.add(whole ? new LayerPlan(null, 0) : new LayerPlan(rope, window));
        }
        return layers;
    }
}
