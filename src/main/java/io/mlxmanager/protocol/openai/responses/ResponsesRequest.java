package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.chat.ChatRequest;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Objects;

/**
 * A checked body of {@code POST /v1/responses}.
 *
 * @param chat what is asked, in neutral terms
 * @param input the items of the whole conversation so far, those of earlier responses included
 * @param echo what the response repeats of its request
 * @param stream whether the answer is wanted as an event stream
 * @param store whether the response may be asked for and continued later
 * @param ignored full paths of fields that have no effect here
 */
public record ResponsesRequest(
        ChatRequest chat, JsonArray input, JsonObject echo, boolean stream, boolean store, List<String> ignored) {

    public ResponsesRequest {
        Objects.requireNonNull(chat, "chat");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(echo, "echo");
        ignored = List.copyOf(ignored);
    }

    /** Whether the likelihoods of tokens are wanted. */
    boolean logprobs() {
        return chat.choices().topLogprobs().isPresent();
    }
}
