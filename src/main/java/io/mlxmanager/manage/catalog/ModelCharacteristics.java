package io.mlxmanager.manage.catalog;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What config.json says about a model, in the words that are the same for most families. Values come from outside: one of
 * a wrong type counts as absent. Models for images keep most of it in {@code text_config}.
 */
public record ModelCharacteristics(JsonObject config) {

    /** The family. */
    public Optional<String> modelType() {
        return text(config, "model_type");
    }

    /** A whole number of the configuration, such as {@code hidden_size}. */
    public OptionalLong number(String field) {
        OptionalLong own = number(config, field);
        return own.isPresent()
                ? own
                : object("text_config").map(text -> number(text, field)).orElse(own);
    }

    /** A field of the general quantisation rule, such as {@code bits}. */
    public OptionalLong quantization(String field) {
        return object("quantization")
                .or(() -> object("quantization_config"))
                .map(rule -> number(rule, field))
                .orElse(OptionalLong.empty());
    }

    /** Whether it takes more than text, and what: {@code vision} or {@code audio}. */
    public Optional<String> multimodalType() {
        if (object("vision_config").isPresent()) {
            return Optional.of("vision");
        }
        return object("audio_config").map(audio -> "audio");
    }

    public Optional<Boolean> useCache() {
        JsonValue value = config.get("use_cache");
        return value == JsonValue.TRUE || value == JsonValue.FALSE
                ? Optional.of(value == JsonValue.TRUE)
                : Optional.empty();
    }

    private Optional<JsonObject> object(String field) {
        return config.get(field) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    private static Optional<String> text(JsonObject from, String field) {
        return from.get(field) instanceof JsonString text ? Optional.of(text.getString()) : Optional.empty();
    }

    private static OptionalLong number(JsonObject from, String field) {
        return from.get(field) instanceof JsonNumber number && number.isIntegral()
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }
}
