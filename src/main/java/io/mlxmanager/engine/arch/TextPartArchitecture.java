package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text part of a model that takes more than text. Its configuration lies in {@code text_config}; weights of the other
 * parts are left where they are.
 */
final class TextPartArchitecture implements Architecture {

    /** Parts that a configuration names by {@code <part>_config}. */
    private static final List<String> OTHER_PARTS = List.of("vision", "audio");

    private final Architecture usual;
    private final Map<String, Architecture> byTextType;
    private final JsonObject absent;

    /**
     * @param usual family of the text part
     * @param absent values of fields that text parts of this family leave out
     */
    TextPartArchitecture(Architecture usual, JsonObject absent) {
        this(usual, Map.of(), absent);
    }

    /** @param byTextType families of text parts whose own {@code model_type} says so */
    TextPartArchitecture(Architecture usual, Map<String, Architecture> byTextType, JsonObject absent) {
        this.usual = usual;
        this.byTextType = Map.copyOf(byTextType);
        this.absent = absent;
    }

    @Override
    public ModelFacts inspect(JsonFile config, long weightBytes) {
        JsonFile text = text(config);
        List<String> ignored = new ArrayList<>();
        for (String part : OTHER_PARTS) {
            if (config.has(part + "_config")) {
                ignored.add(part);
            }
        }
        return family(text).inspect(text, weightBytes).textPartOf(config.requiredString("model_type"), ignored);
    }

    @Override
    public LanguageModel load(ModelWeights weights, JsonFile config, ComputeTypes types) {
        JsonFile text = text(config);
        return family(text).load(weights, text, types);
    }

    private Architecture family(JsonFile text) {
        return byTextType.getOrDefault(text.requiredString("model_type"), usual);
    }

    /** The text part's fields, and of the others those that hold for it as well. Older models keep all in one object. */
    private JsonFile text(JsonFile config) {
        Optional<JsonFile> own = config.optionalObject("text_config");
        if (own.isEmpty()) {
            return config.orElse(absent);
        }
        JsonObjectBuilder outer = Json.createObjectBuilder(absent);
        for (String field : List.of("model_type", "vocab_size", "tie_word_embeddings")) {
            JsonValue value = config.fields().get(field);
            if (value != null) {
                outer.add(field, value);
            }
        }
        JsonFile text = own.get().orElse(outer.build());
        for (String field : List.of("quantization", "quantization_config")) {
            if (config.has(field)) {
                text = text.with(field, config.fields().get(field));
            }
        }
        return text;
    }
}
