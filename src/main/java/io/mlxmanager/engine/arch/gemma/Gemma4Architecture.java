package io.mlxmanager.engine.arch.gemma;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.Activation;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.HeadPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.nn.Router.Scoring;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code model_type} gemma4_text, the text part of gemma4 too. Layers that look back on everything have larger heads, of
 * which positions turn a part, and perhaps no values of their own; the last layers use keys and values of layers before
 * them. Small models read the tokens in every layer; large ones have experts beside the feed-forward part.
 */
public final class Gemma4Architecture extends DecoderArchitecture {

    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";

    /** With experts, the norms around the feed-forward part are those of its two halves. */
    private static final BlockNorms AROUND_EXPERTS =
            new BlockNorms("input_layernorm", "post_attention_layernorm", null, "post_feedforward_layernorm");

    /** What configurations leave out, because it is so by default. */
    public static final JsonObject USUAL = Json.createObjectBuilder()
            .add("model_type", "gemma4_text")
            .add("hidden_size", 1536)
            .add("num_hidden_layers", 35)
            .add("intermediate_size", 6144)
            .add("num_attention_heads", 8)
            .add("num_key_value_heads", 1)
            .add("head_dim", 256)
            .add("vocab_size", 262_144)
            .add("max_position_embeddings", 131_072)
            .build();

    @Override
    protected DecoderPlan plan(JsonFile written) {
        JsonFile config = written.orElse(USUAL);
        boolean experts = config.optionalBoolean("enable_moe_block", false);
        DecoderPlan.Builder plan = DecoderPlan.builder(config).tiedUnlessSaid(true);
        return plan.headNorm(HeadNorm.EACH_HEAD)
                .norms(experts ? AROUND_EXPERTS : GemmaArchitecture.AROUND)
                .activation(Activation.GELU_TANH)
                .unitValues()
                .layerInputs(config.optionalInt("hidden_size_per_layer_input", 0, 256), true)
                .embeddingScale(Math.sqrt(plan.hidden()))
                .attentionScale(1)
                .logitCap(cap(written))
                .layerPlans(layers(config, plan.layers(), experts ? experts(config) : null))
                .build();
    }

    /** An explicit null is no cap, a missing field the usual one. */
    private static double cap(JsonFile config) {
        String field = "final_logit_softcapping";
        return config.fields().containsKey(field) && !config.has(field) ? 0 : config.positiveFloat(field, 30);
    }

    private static ExpertPlan experts(JsonFile config) {
        Router.Rule rule = Router.Rule.read(config, "num_experts", "top_k_experts", Scoring.SOFTMAX_OF_CHOSEN, false);
        int hidden = config.requiredInt("moe_intermediate_size", 1);
        return new ExpertPlan(rule, hidden, 0, Place.USUAL, false, Gate.GELU_TANH, true);
    }

    private static List<LayerPlan> layers(JsonFile config, int count, ExpertPlan experts) {
        List<String> types = types(config, count);
        int shared = config.optionalInt("num_kv_shared_layers", 0, 20);
        int own = count - shared;
        int window = config.optionalInt("sliding_window", 1, 512);
        int wide = config.requiredInt("intermediate_size", 1);
        boolean wider = config.optionalBoolean("use_double_wide_mlp", true);
        Map<String, RopePlan> ropes = Map.of(SLIDING, rope(config, SLIDING), FULL, rope(config, FULL));
        Map<String, Integer> lastOf = new HashMap<>();
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String type = types.get(i);
            int keysOf = HeadPlan.OWN;
            if (i < own) {
                lastOf.put(type, i);
            } else {
                keysOf = Optional.ofNullable(lastOf.get(type))
                        .orElseThrow(() -> new ModelFormatException(config.name() + ": num_kv_shared_layers " + shared
                                + " leaves no " + type + " with keys of its own"));
            }
            layers.add(new LayerPlan(
                    ropes.get(type),
                    type.equals(SLIDING) ? window : 0,
                    experts,
                    heads(config, type, keysOf),
                    wider && i >= own && own > 0 ? 2 * wide : wide));
        }
        return layers;
    }

    private static List<String> types(JsonFile config, int count) {
        List<String> written = config.strings("layer_types");
        int pattern = config.optionalInt("sliding_window_pattern", 1, 5);
        if (!written.isEmpty() && written.size() < count) {
            throw new ModelFormatException(
                    config.name() + ": layer_types has " + written.size() + " entries for " + count + " layers");
        }
        List<String> types = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String type = !written.isEmpty() ? written.get(i) : (i + 1) % pattern == 0 ? FULL : SLIDING;
            if (!type.equals(FULL) && !type.equals(SLIDING)) {
                throw new ModelFormatException(
                        config.name() + ": layer_types has " + type + ", which is not supported");
            }
            types.add(type);
        }
        return types;
    }

    private static HeadPlan heads(JsonFile config, String type, int keysOf) {
        int kvHeads = config.requiredInt("num_key_value_heads", 1);
        if (type.equals(SLIDING)) {
            return new HeadPlan(config.requiredInt("head_dim", 2), kvHeads, false, keysOf);
        }
        boolean valuesAreKeys = config.optionalBoolean("attention_k_eq_v", false);
        return new HeadPlan(
                headDim(config, type),
                valuesAreKeys ? config.optionalInt("num_global_key_value_heads", 1, kvHeads) : kvHeads,
                valuesAreKeys,
                keysOf);
    }

    private static int headDim(JsonFile config, String type) {
        return type.equals(FULL) ? config.optionalInt("global_head_dim", 2, 512) : config.requiredInt("head_dim", 2);
    }

    private static RopePlan rope(JsonFile config, String type) {
        int headDim = headDim(config, type);
        Optional<JsonFile> section = config.optionalObject("rope_parameters").flatMap(all -> all.optionalObject(type));
        if (section.isPresent()) {
            return RopePlan.of(config, section.get(), headDim, false, 10_000);
        }
        JsonObject usual = type.equals(FULL)
                ? Json.createObjectBuilder()
                        .add("rope_type", "proportional")
                        .add("rope_theta", 1_000_000)
                        .add("partial_rotary_factor", 0.25)
                        .build()
                : Json.createObjectBuilder().add("rope_theta", 10_000).build();
        return RopePlan.of(config, new JsonFile(config.name(), usual), headDim, false, 10_000);
    }
}
