package io.mlxmanager.protocol.openai;

import static io.mlxmanager.protocol.openai.ChatCompletionWriter.JSON;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes the non-streamed answer of {@code POST /v1/completions}. Stateless and thread-safe. */
public final class CompletionWriter {

    static final String OBJECT = "text_completion";

    /**
     * The whole answers as the response body.
     *
     * @param results all that were generated, those of one prompt together
     * @param usage of all together
     */
    public JsonObject write(CompletionHeader header, CompletionRequest request, List<ChatResult> results, Usage usage) {
        JsonArrayBuilder choices = JSON.createArrayBuilder();
        int index = 0;
        for (ChatResult result : given(request, results)) {
            TokenTable table = new TokenTable();
            table.add(result.tokens());
            choices.add(JSON.createObjectBuilder()
                    .add("text", result.content())
                    .add("index", index++)
                    .add("logprobs", table.toJson(request.logprobs()))
                    .add("finish_reason", ChatCompletionWriter.finishReason(result.finishReason())));
        }
        return ChatCompletionWriter.start(header, OBJECT)
                .add("choices", choices)
                .add("usage", ChatCompletionWriter.usage(usage))
                .build();
    }

    /** Of each prompt's answers those that are likeliest per token, best first; all in their order where all are wanted. */
    private static List<ChatResult> given(CompletionRequest request, List<ChatResult> results) {
        int generated = request.text().choices().count();
        if (generated == request.count()) {
            return results;
        }
        List<ChatResult> given = new ArrayList<>();
        for (int from = 0; from < results.size(); from += generated) {
            results.subList(from, from + generated).stream()
                    .sorted(Comparator.comparingDouble(CompletionWriter::likelihood)
                            .reversed())
                    .limit(request.count())
                    .forEach(given::add);
        }
        return given;
    }

    private static double likelihood(ChatResult result) {
        return result.tokens().stream()
                .mapToDouble(TokenLogprob::logprob)
                .filter(logprob -> !Double.isNaN(logprob))
                .average()
                .orElse(Double.NEGATIVE_INFINITY);
    }
}
