package io.mlxmanager.manage.conversation;

import java.time.Instant;
import java.util.Optional;

/**
 * A conversation as lists show it.
 *
 * @param model that was chosen last
 * @param updatedAt when a message was stored last
 */
public record ConversationSummary(
        String id, String title, Optional<String> model, Instant createdAt, Instant updatedAt) {}
