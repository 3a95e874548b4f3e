package io.mlxmanager.manage.conversation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** The row of a message. Lives inside one transaction. */
@Entity
@Table(name = "conversation_messages")
@NamedQuery(
        name = "ConversationMessage.of",
        query = "SELECT m FROM ConversationMessage m WHERE m.conversationId = :conversation ORDER BY m.id")
@NamedQuery(
        name = "ConversationMessage.one",
        query = "SELECT m FROM ConversationMessage m WHERE m.conversationId = :conversation AND m.messageId = :message")
@NamedQuery(
        name = "ConversationMessage.size",
        query = "SELECT SUM(m.sizeBytes) FROM ConversationMessage m WHERE m.conversationId = :conversation")
public class ConversationMessage {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "conversation_id")
    private String conversationId;

    @Column(name = "message_id")
    private String messageId;

    @Column(name = "parent_id")
    private String parentId;

    private String role;
    private String content;
    private String details;

    @Column(name = "size_bytes")
    private long sizeBytes;

    @Column(name = "created_at")
    private Instant createdAt;

    /** For the persistence provider. */
    protected ConversationMessage() {}

    ConversationMessage(String conversationId, Message message, Instant now) {
        this.conversationId = conversationId;
        this.messageId = message.id();
        this.createdAt = now;
        write(message);
    }

    /** Takes over all but the id, which is how a message stays the same while its answer grows. */
    final void write(Message message) {
        parentId = message.parent().orElse(null);
        role = message.role().word();
        content = message.content();
        details = message.details().toString();
        sizeBytes = sizeOf(message);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    Message message() {
        return new Message(
                messageId,
                Optional.ofNullable(parentId),
                Message.Role.ofWord(role).orElseThrow(),
                content,
                Conversation.object(details),
                createdAt);
    }

    static long sizeOf(Message message) {
        return (long) message.content().getBytes(StandardCharsets.UTF_8).length
                + message.details().toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
