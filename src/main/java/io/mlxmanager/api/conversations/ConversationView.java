package io.mlxmanager.api.conversations;

import io.mlxmanager.manage.conversation.ConversationSummary;
import io.mlxmanager.manage.conversation.ConversationText;
import io.mlxmanager.manage.conversation.Message;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Optional;

/** Conversations as clients see them. */
final class ConversationView {

    private ConversationView() {}

    static JsonObject summary(ConversationSummary conversation) {
        return head(conversation).build();
    }

    static JsonObject whole(ConversationText conversation) {
        JsonArrayBuilder messages = Json.createArrayBuilder();
        conversation.messages().forEach(message -> messages.add(message(message)));
        JsonObjectBuilder json = head(conversation.summary()).add("settings", conversation.settings());
        return add(json, "leaf", conversation.leaf()).add("messages", messages).build();
    }

    private static JsonObjectBuilder head(ConversationSummary conversation) {
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("id", conversation.id()).add("title", conversation.title());
        return add(json, "model", conversation.model())
                .add("created_at", conversation.createdAt().toString())
                .add("updated_at", conversation.updatedAt().toString());
    }

    private static JsonObjectBuilder message(Message message) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("id", message.id());
        return add(json, "parent", message.parent())
                .add("role", message.role().word())
                .add("content", message.content())
                .add("details", message.details())
                .add("created_at", message.createdAt().toString());
    }

    private static JsonObjectBuilder add(JsonObjectBuilder json, String name, Optional<String> value) {
        return value.map(text -> json.add(name, text)).orElseGet(() -> json.addNull(name));
    }
}
