package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.TokenLogprob;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.List;

/** Writes the likelihoods of tokens as chat completions have them. Stateless. */
public final class LogprobsWriter {

    /** Stands for a probability of 0, whose logarithm JSON cannot write. */
    static final double IMPOSSIBLE = -9999;

    private LogprobsWriter() {}

    /** @param wanted whether the caller asked; else the field is null */
    static void add(JsonObjectBuilder choice, List<TokenLogprob> tokens, boolean wanted) {
        if (!wanted) {
            choice.addNull("logprobs");
            return;
        }
        choice.add(
                "logprobs",
                JSON.createObjectBuilder().add("content", entries(tokens)).addNull("refusal"));
    }

    /** One object a token. */
    public static JsonArrayBuilder entries(List<TokenLogprob> tokens) {
        JsonArrayBuilder entries = JSON.createArrayBuilder();
        for (TokenLogprob token : tokens) {
            JsonArrayBuilder top = JSON.createArrayBuilder();
            token.top().forEach(other -> top.add(entry(other)));
            entries.add(entry(token).add("top_logprobs", top));
        }
        return entries;
    }

    private static JsonObjectBuilder entry(TokenLogprob token) {
        JsonArrayBuilder bytes = JSON.createArrayBuilder();
        token.bytes().forEach(bytes::add);
        return JSON.createObjectBuilder()
                .add("token", token.text())
                .add("logprob", finite(token.logprob()))
                .add("bytes", bytes);
    }

    static double finite(double logprob) {
        return Double.isFinite(logprob) ? logprob : IMPOSSIBLE;
    }
}
