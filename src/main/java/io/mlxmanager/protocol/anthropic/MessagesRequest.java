package io.mlxmanager.protocol.anthropic;

import io.mlxmanager.chat.ChatRequest;
import java.util.List;

/**
 * A request of {@code POST /v1/messages}, read.
 *
 * @param stream whether the caller wants the answer as it comes
 * @param ignored full paths of fields that nobody knows
 */
public record MessagesRequest(ChatRequest chat, boolean stream, List<String> ignored) {

    public MessagesRequest {
        ignored = List.copyOf(ignored);
    }
}
