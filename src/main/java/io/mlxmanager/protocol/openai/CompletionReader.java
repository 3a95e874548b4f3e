package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.protocol.Fields;
import io.mlxmanager.protocol.KeepAlive;
import io.mlxmanager.protocol.ProtocolException;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads the body of {@code POST /v1/completions}. Whatever would change the answer is either carried on or refused by name.
 * Stateless and thread-safe.
 */
public final class CompletionReader {

    static final int MOST_TOKENS_OF_A_PROMPT = 1 << 20;

    /** What the protocol documents for a request that does not say. */
    private static final int DEFAULT_MAX_TOKENS = 16;

    private final FormReader forms = new FormReader();

    /**
     * Reads a request body.
     *
     * @throws ProtocolException naming the field that is wrong or unsupported
     */
    public CompletionRequest read(String body) {
        Fields fields = Fields.parse(body);
        List<String> ignored = new ArrayList<>();
        String model = ModelName.read(fields);
        List<Prompt> prompts = prompts(fields);
        boolean stream = fields.bool("stream", false);
        boolean includeUsage = SamplingReader.includeUsage(fields, stream, ignored);
        int count = SamplingReader.count(fields, "n");
        OptionalLong logprobs = logprobs(fields);
        Choices choices = choices(fields, count, stream, logprobs);
        if (prompts.size() * choices.count() > SamplingReader.MOST_CHOICES) {
            throw fields.invalid(
                    "prompt", "times n or best_of asks for more than " + SamplingReader.MOST_CHOICES + " answers.");
        }
        if (fields.string("suffix").filter(text -> !text.isEmpty()).isPresent()) {
            throw fields.unsupported("suffix", "no model here is known to fill in a middle; give prompt alone.");
        }
        TextRequest text = new TextRequest(
                model,
                prompts,
                SamplingReader.sampling(fields),
                OptionalInt.of(fields.smallInteger("max_tokens", 0).orElse(DEFAULT_MAX_TOKENS)),
                SamplingReader.stop(fields),
                forms.read(fields),
                KeepAlive.read(fields),
                choices,
                fields.bool("echo", false));
        fields.accept("user", "metadata");
        ignored.addAll(fields.unknown());
        return new CompletionRequest(text, count, logprobs.isPresent(), stream, includeUsage, ignored);
    }

    /** A number; {@code false} is what some clients send for none. */
    private static OptionalLong logprobs(Fields fields) {
        return fields.value("logprobs").filter(JsonValue.FALSE::equals).isPresent()
                ? OptionalLong.empty()
                : fields.integer("logprobs", 0, SamplingReader.MOST_LOGPROBS);
    }

    /** To choose the best of several, likelihoods are needed, wanted or not. */
    private static Choices choices(Fields fields, int count, boolean stream, OptionalLong logprobs) {
        int best =
                (int) fields.integer("best_of", 1, SamplingReader.MOST_CHOICES).orElse(count);
        if (best < count) {
            throw fields.invalid("best_of", "must not be less than n.");
        }
        if (best > count && stream) {
            throw fields.invalid("best_of", "cannot be streamed when it is more than n.");
        }
        boolean needed = logprobs.isPresent() || best > count;
        return new Choices(best, needed ? OptionalInt.of((int) logprobs.orElse(0)) : OptionalInt.empty());
    }

    private static List<Prompt> prompts(Fields fields) {
        JsonValue value = fields.value("prompt").orElseThrow(() -> fields.missing("prompt"));
        if (value instanceof JsonString text) {
            return List.of(new Prompt.Text(text.getString()));
        }
        List<JsonValue> entries = list(value);
        if (entries.isEmpty()) {
            throw fields.invalid("prompt", "must not be empty.");
        }
        if (entries.get(0) instanceof JsonNumber) {
            return List.of(tokens("prompt", entries));
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonValue entry : entries) {
            String path = "prompt[" + prompts.size() + "]";
            prompts.add(
                    entry instanceof JsonString text
                            ? new Prompt.Text(text.getString())
                            : tokens(path, list(entry, path)));
        }
        return prompts;
    }

    private static List<JsonValue> list(JsonValue value) {
        return list(value, "prompt");
    }

    private static List<JsonValue> list(JsonValue value, String path) {
        if (value instanceof JsonArray array && array.size() <= MOST_TOKENS_OF_A_PROMPT) {
            return array;
        }
        throw Fields.wrongType(path, "a string, an array of strings or of token ids", value);
    }

    /** Token ids, as {@code /v1/tokenize} gives them. */
    static Prompt.Tokens tokens(String path, List<JsonValue> values) {
        List<Integer> ids = new ArrayList<>();
        for (JsonValue value : values) {
            if (!(value instanceof JsonNumber number) || !number.isIntegral()) {
                throw Fields.wrongType(path + "[" + ids.size() + "]", "the id of a token", value);
            }
            ids.add(number.intValue());
        }
        return new Prompt.Tokens(ids);
    }
}
