package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.Sampling;
import io.mlxmanager.engine.weights.JsonFile;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Function;

/**
 * What a model's folder says about generating: its own sampling defaults and the tokens that end an answer.
 *
 * @param defaults from generation_config.json; empty values where it says nothing, or nothing sensible: that is no reason not to
 *     serve the model
 * @param stopTokens ids; generation_config.json goes before config.json
 * @param endTokens texts that end an answer, too, where they are one token of the model
 */
record GenerationDefaults(Sampling defaults, Set<Integer> stopTokens, List<String> endTokens) {

    GenerationDefaults {
        stopTokens = Set.copyOf(stopTokens);
        endTokens = List.copyOf(endTokens);
    }

    static GenerationDefaults read(Path folder) {
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        Optional<JsonFile> generation = JsonFile.readIfPresent(folder.resolve("generation_config.json"));
        JsonFile eos = generation.filter(file -> file.has("eos_token_id")).orElse(config);
        return new GenerationDefaults(
                generation.map(GenerationDefaults::sampling).orElse(Sampling.UNSPECIFIED), ids(eos), List.of());
    }

    GenerationDefaults withEndTokens(List<String> texts) {
        return new GenerationDefaults(defaults, stopTokens, texts);
    }

    /** All ids that end an answer. */
    Set<Integer> stopTokens(Function<String, int[]> tokenizer) {
        Set<Integer> ids = new HashSet<>(stopTokens);
        for (String text : endTokens) {
            int[] encoded = tokenizer.apply(text);
            if (encoded.length == 1) {
                ids.add(encoded[0]);
            }
        }
        return ids;
    }

    private static Sampling sampling(JsonFile file) {
        if (!file.optionalBoolean("do_sample", true)) {
            return Sampling.UNSPECIFIED.withTemperature(0);
        }
        return new Sampling(
                number(file, "temperature", value -> value >= 0),
                number(file, "top_p", value -> value > 0 && value <= 1),
                whole(file.fields().get("top_k")),
                number(file, "min_p", value -> value >= 0 && value <= 1),
                OptionalLong.empty(),
                number(file, "repetition_penalty", value -> value > 0),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Map.of());
    }

    private static OptionalDouble number(JsonFile file, String field, DoublePredicate sensible) {
        return file.fields().get(field) instanceof JsonNumber number
                        && Float.isFinite((float) number.doubleValue())
                        && sensible.test(number.doubleValue())
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    private static Set<Integer> ids(JsonFile file) {
        Set<Integer> ids = new LinkedHashSet<>();
        JsonValue value = file.fields().get("eos_token_id");
        if (value instanceof JsonArray several) {
            several.forEach(each -> whole(each).ifPresent(ids::add));
        } else {
            whole(value).ifPresent(ids::add);
        }
        return ids;
    }

    /** A whole number of at least 0; other tools write -1 for none. */
    private static OptionalInt whole(JsonValue value) {
        if (value instanceof JsonNumber number && number.isIntegral()) {
            long found = number.longValue();
            return found >= 0 && found <= Integer.MAX_VALUE ? OptionalInt.of((int) found) : OptionalInt.empty();
        }
        return OptionalInt.empty();
    }
}
