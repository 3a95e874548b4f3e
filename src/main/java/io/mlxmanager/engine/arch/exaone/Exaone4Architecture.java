package io.mlxmanager.engine.arch.exaone;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} exaone4: norms behind both parts and on each head. Where there is a pattern, layers marked L look back on a
 * window, and the others, marked G, know no positions.
 */
public final class Exaone4Architecture extends DecoderArchitecture {

    private static final BlockNorms BEHIND =
            new BlockNorms(null, "post_attention_layernorm", null, "post_feedforward_layernorm");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(false)
                .headNorm(HeadNorm.EACH_HEAD)
                .norms(BEHIND);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 1_000_000);
        String pattern = config.optionalString("sliding_window_pattern").orElse("");
        if (pattern.isEmpty()) {
            return plan.everyLayer(rope).build();
        }
        if (!pattern.matches("[LG]+")) {
            throw new ModelFormatException(
                    config.name() + ": sliding_window_pattern " + pattern + " is not made of L and G");
        }
        int window = config.requiredInt("sliding_window", 1);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean local = pattern.charAt(i % pattern.length()) == 'L';
            layers.add(local ? new LayerPlan(rope, window) : new LayerPlan(null, 0));
        }
        return plan.layerPlans(layers).build();
    }
}
