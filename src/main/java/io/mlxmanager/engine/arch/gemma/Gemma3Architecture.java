package io.mlxmanager.engine.arch.gemma;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} gemma3_text, the text part of gemma3 too: norms around both parts and on each head; most layers look
 * back on a window, with a shorter wavelength base of their own.
 */
public final class Gemma3Architecture extends DecoderArchitecture {

    /** What text parts of the vision models leave out, because it is so by default. */
    public static final JsonObject USUAL = Json.createObjectBuilder()
            .add("model_type", "gemma3_text")
            .add("num_attention_heads", 8)
            .add("num_key_value_heads", 4)
            .add("vocab_size", 262_208)
            .add("max_position_embeddings", 131_072)
            .build();

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = GemmaArchitecture.common(config)
                .headNorm(HeadNorm.EACH_HEAD)
                .norms(GemmaArchitecture.AROUND)
                // The table is multiplied in the type of the weights, which rounds the root.
                .embeddingScale(bfloat16(Math.sqrt(config.requiredInt("hidden_size", 1))));
        RopePlan everything = RopePlan.of(config, plan.headDim(), false, 1_000_000);
        RopePlan sliding = RopePlan.plain(plan.headDim(), false, config.positiveFloat("rope_local_base_freq", 10_000));
        int pattern = config.optionalInt("sliding_window_pattern", 1, 6);
        int window = config.optionalInt("sliding_window", 1, 512);
        List<String> types = config.strings("layer_types");
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean slides = i < types.size() ? types.get(i).equals("sliding_attention") : (i + 1) % pattern != 0;
            layers.add(slides ? new LayerPlan(sliding, window) : new LayerPlan(everything, 0));
        }
        return plan.layerPlans(layers)
                .attentionScale(1 / Math.sqrt(config.positiveFloat("query_pre_attn_scalar", 256)))
                .build();
    }

    private static double bfloat16(double value) {
        int bits = Float.floatToIntBits((float) value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000);
    }
}
