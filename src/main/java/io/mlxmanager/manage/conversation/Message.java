package io.mlxmanager.manage.conversation;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One message of a conversation.
 *
 * @param id made by the client, so that it can store a message again without knowing whether the first try arrived
 * @param parent the message that this one follows; empty for a first one. Two with the same parent are versions
 * @param details what is shown beside the text, see {@link MessageDetails}
 * @param createdAt when it was stored first
 */
public record Message(
        String id, Optional<String> parent, Role role, String content, JsonObject details, Instant createdAt) {

    public Message {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(content, "content");
    }

    /** Who speaks. */
    public enum Role {
        USER,
        ASSISTANT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Role> ofWord(String word) {
            return Arrays.stream(values())
                    .filter(role -> role.word().equals(word))
                    .findFirst();
        }

        public static List<String> words() {
            return Arrays.stream(values()).map(Role::word).toList();
        }
    }
}
