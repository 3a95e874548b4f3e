package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.TokenLogprob;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The likelihoods of tokens as plain completions have them: parallel lists. Collects what comes. Confined to one thread. */
final class TokenTable {

    private final List<TokenLogprob> rows = new ArrayList<>();

    /** Characters, not chars, that begin before the first row. */
    private long offset;

    void add(List<TokenLogprob> tokens) {
        rows.addAll(tokens);
    }

    /** What was added since the last call, as JSON; null when it is not wanted or there is nothing. */
    JsonValue toJson(boolean wanted) {
        if (!wanted || rows.isEmpty()) {
            rows.clear();
            return JsonValue.NULL;
        }
        JsonArrayBuilder tokens = JSON.createArrayBuilder();
        JsonArrayBuilder logprobs = JSON.createArrayBuilder();
        JsonArrayBuilder tops = JSON.createArrayBuilder();
        JsonArrayBuilder offsets = JSON.createArrayBuilder();
        for (TokenLogprob row : rows) {
            tokens.add(row.text());
            offsets.add(offset);
            offset += beginnings(row);
            if (Double.isNaN(row.logprob())) {
                logprobs.addNull();
                tops.addNull();
            } else {
                logprobs.add(LogprobsWriter.finite(row.logprob()));
                tops.add(top(row));
            }
        }
        rows.clear();
        return JSON.createObjectBuilder()
                .add("tokens", tokens)
                .add("token_logprobs", logprobs)
                .add("top_logprobs", tops)
                .add("text_offset", offsets)
                .build();
    }

    /** By text, and the token itself among them, so there may be one more than was asked for. */
    private static JsonObjectBuilder top(TokenLogprob row) {
        Map<String, Double> top = new LinkedHashMap<>();
        row.top().forEach(other -> top.putIfAbsent(other.text(), other.logprob()));
        if (!row.top().isEmpty()) {
            top.putIfAbsent(row.text(), row.logprob());
        }
        JsonObjectBuilder object = JSON.createObjectBuilder();
        top.forEach((text, logprob) -> object.add(text, LogprobsWriter.finite(logprob)));
        return object;
    }

    /** Characters that begin in a token: bytes that do not continue one. */
    private static long beginnings(TokenLogprob row) {
        return row.bytes().stream().filter(value -> (value & 0xC0) != 0x80).count();
    }
}
