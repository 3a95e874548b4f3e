package io.mlxmanager.manage.conversation;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.io.StringReader;
import java.time.Instant;
import java.util.Optional;

/** The row of a conversation, without its messages. Lives inside one transaction. */
@Entity
@Table(name = "conversations")
@NamedQuery(name = "Conversation.count", query = "SELECT COUNT(c) FROM Conversation c WHERE c.userId = :user")
@NamedQuery(
        name = "Conversation.latest",
        query =
                "SELECT c FROM Conversation c WHERE c.userId = :user AND c.updatedAt < :before ORDER BY c.updatedAt DESC")
@NamedQuery(
        name = "Conversation.search",
        query = "SELECT c FROM Conversation c WHERE c.userId = :user AND c.updatedAt < :before"
                + " AND (LOWER(c.title) LIKE :words ESCAPE '!' OR EXISTS (SELECT m.id FROM ConversationMessage m"
                + " WHERE m.conversationId = c.id AND LOWER(m.content) LIKE :words ESCAPE '!'))"
                + " ORDER BY c.updatedAt DESC")
public class Conversation {

    @Id
    private String id;

    @Column(name = "user_id")
    private long userId;

    private String title;
    private String model;
    private String settings;
    private String leaf;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For the persistence provider. */
    protected Conversation() {}

    Conversation(String id, long userId, String title, JsonObject settings, Instant now) {
        this.id = id;
        this.userId = userId;
        this.title = title;
        this.createdAt = now;
        touch(now);
        use(settings);
    }

    long userId() {
        return userId;
    }

    String leaf() {
        return leaf;
    }

    void rename(String newTitle) {
        title = newTitle;
    }

    /** How the next answers are asked for; the model is kept apart for the list. */
    final void use(JsonObject newSettings) {
        settings = newSettings.toString();
        String chosen = newSettings.getString("model", "");
        model = chosen.isEmpty() ? null : chosen;
    }

    void show(String messageId) {
        leaf = messageId;
    }

    final void touch(Instant now) {
        updatedAt = now;
    }

    ConversationSummary summary() {
        return new ConversationSummary(id, title, Optional.ofNullable(model), createdAt, updatedAt);
    }

    JsonObject settings() {
        return object(settings);
    }

    static JsonObject object(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
