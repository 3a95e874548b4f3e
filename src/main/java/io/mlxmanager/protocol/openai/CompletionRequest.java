package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.TextRequest;
import java.util.List;
import java.util.Objects;

/**
 * A checked body of {@code POST /v1/completions}.
 *
 * @param text what is asked, in neutral terms; with {@code best_of} it asks for more answers than are given out
 * @param count answers given out for each prompt
 * @param logprobs whether the likelihoods of tokens are given out
 * @param stream whether the answer is wanted as an event stream
 * @param includeUsage whether a stream ends with a usage chunk
 * @param ignored full paths of fields that have no effect here
 */
public record CompletionRequest(
        TextRequest text, int count, boolean logprobs, boolean stream, boolean includeUsage, List<String> ignored) {

    public CompletionRequest {
        Objects.requireNonNull(text, "text");
        ignored = List.copyOf(ignored);
    }
}
