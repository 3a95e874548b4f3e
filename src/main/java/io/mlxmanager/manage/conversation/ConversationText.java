package io.mlxmanager.manage.conversation;

import jakarta.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A whole conversation.
 *
 * @param settings as the page keeps them: model, system prompt, sampling
 * @param leaf last message of the branch that is shown
 * @param messages of all branches, in the order they were stored first
 */
public record ConversationText(
        ConversationSummary summary, JsonObject settings, Optional<String> leaf, List<Message> messages) {

    public ConversationText {
        messages = List.copyOf(messages);
    }

    /** The messages from the first to that one; empty when it is not there. */
    public List<Message> path(Optional<String> last) {
        Map<String, Message> byId = messages.stream().collect(Collectors.toMap(Message::id, Function.identity()));
        Deque<Message> path = new ArrayDeque<>();
        Optional<Message> at = last.map(byId::get);
        while (at.isPresent() && path.size() < messages.size()) {
            path.addFirst(at.get());
            at = at.get().parent().map(byId::get);
        }
        return List.copyOf(path);
    }
}
