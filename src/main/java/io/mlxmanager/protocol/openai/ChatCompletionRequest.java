package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.ChatRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A checked body of {@code POST /v1/chat/completions}.
 *
 * @param chat what is asked, in neutral terms
 * @param stream whether the answer is wanted as an event stream
 * @param includeUsage whether a stream ends with a usage chunk
 * @param user the caller's own name for its end user, if given
 * @param ignored full paths of fields that have no effect here, in the caller's order; the caller should be told
 */
public record ChatCompletionRequest(
        ChatRequest chat, boolean stream, boolean includeUsage, Optional<String> user, List<String> ignored) {

    /** Whether the likelihoods of tokens are wanted. */
    public boolean logprobs() {
        return chat.choices().topLogprobs().isPresent();
    }

    public ChatCompletionRequest {
        Objects.requireNonNull(chat, "chat");
        Objects.requireNonNull(user, "user");
        ignored = List.copyOf(ignored);
    }
}
