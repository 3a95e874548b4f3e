package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.Sampling;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.ProtocolException;
import io.mlxmanager.protocol.ProtocolException.Code;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads what chats and plain completions have in common: how tokens are drawn, and what ends an answer. Stateless. */
final class SamplingReader {

    static final int MOST_STOPS = 16;
    static final int MOST_LOGPROBS = 20;
    static final int MOST_CHOICES = 128;
    private static final int MOST_BIASES = 2048;
    private static final double STRONGEST_BIAS = 100;
    private static final double XTC_THRESHOLD = 0.1;

    private SamplingReader() {}

    /** How many answers; 1 when the field is absent. */
    static int count(Fields fields, String name) {
        return (int) fields.integer(name, 1, MOST_CHOICES).orElse(1);
    }

    private static Map<Integer, Float> logitBias(Fields fields) {
        Map<Integer, Float> biases = new LinkedHashMap<>();
        fields.fields("logit_bias").ifPresent(given -> {
            if (given.object().size() > MOST_BIASES) {
                throw fields.invalid("logit_bias", "has more than " + MOST_BIASES + " entries.");
            }
            given.object().forEach((token, bias) -> biases.put(token(given, token), bias(given, token, bias)));
        });
        return biases;
    }

    private static int token(Fields given, String name) {
        try {
            return Integer.parseUnsignedInt(name);
        } catch (NumberFormatException e) {
            throw given.invalid(name, "must be named by the id of a token.");
        }
    }

    private static float bias(Fields given, String name, JsonValue value) {
        if (!(value instanceof JsonNumber number)) {
            throw Fields.wrongType(given.path(name), "a number", value);
        }
        if (!(Math.abs(number.doubleValue()) <= STRONGEST_BIAS)) {
            throw given.invalid(name, "must be between -100 and 100.");
        }
        return (float) number.doubleValue();
    }

    static Sampling sampling(Fields fields) {
        return new Sampling(
                fields.number("temperature", 0, 2),
                fields.number("top_p", 0, 1),
                topK(fields),
                fields.number("min_p", 0, 1),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                repetitionPenalty(fields),
                fields.number("presence_penalty", -2, 2),
                fields.number("frequency_penalty", -2, 2),
                logitBias(fields),
                xtc(fields));
    }

    private static Optional<Sampling.Xtc> xtc(Fields fields) {
        double threshold = fields.number("xtc_threshold", 0, 0.5).orElse(XTC_THRESHOLD);
        double probability = fields.number("xtc_probability", 0, 1).orElse(0);
        return probability == 0 ? Optional.empty() : Optional.of(new Sampling.Xtc(probability, threshold));
    }

    private static OptionalInt topK(Fields fields) {
        OptionalInt topK = fields.smallInteger("top_k", -1);
        return topK.isPresent() && topK.getAsInt() == -1 ? OptionalInt.of(0) : topK;
    }

    private static OptionalDouble repetitionPenalty(Fields fields) {
        OptionalDouble penalty = fields.number("repetition_penalty", 0, 2);
        if (penalty.isPresent() && penalty.getAsDouble() == 0) {
            throw fields.invalid("repetition_penalty", "must be greater than 0; 1 changes nothing.");
        }
        return penalty;
    }

    static List<String> stop(Fields fields) {
        Optional<JsonValue> value = fields.value("stop");
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof JsonString) {
            return List.of(fields.requiredString("stop"));
        }
        if (!(value.get() instanceof JsonArray)) {
            throw Fields.wrongType("stop", "a string or an array of strings", value.get());
        }
        List<String> stops = new ArrayList<>();
        for (JsonValue entry : fields.list("stop", MOST_STOPS)) {
            String path = "stop[" + stops.size() + "]";
            if (!(entry instanceof JsonString text)) {
                throw Fields.wrongType(path, "a string", entry);
            }
            if (text.getString().isEmpty()) {
                throw new ProtocolException(Code.INVALID_VALUE, path, path + " must not be empty.");
            }
            stops.add(text.getString());
        }
        return stops;
    }

    static boolean includeUsage(Fields fields, boolean stream, List<String> ignored) {
        Optional<Fields> options = fields.fields("stream_options");
        if (options.isEmpty()) {
            return false;
        }
        if (!stream) {
            throw fields.invalid("stream_options", "is only allowed when stream is true.");
        }
        boolean includeUsage = options.get().bool("include_usage", false);
        options.get().accept("include_obfuscation");
        ignored.addAll(options.get().unknown());
        return includeUsage;
    }
}
