package io.mlxmanager.manage.conversation;

import io.mlxmanager.base.config.ConversationConfig;
import io.mlxmanager.base.persist.Conflicts;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.json.JsonObject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The conversations of users. Each belongs to one user, and to everybody else it does not exist, administrators included.
 * Safe for many threads.
 */
public final class Conversations {

    private final Transactions transactions;
    private final ConversationConfig config;
    private final Clock clock;

    public Conversations(Transactions transactions, ConversationConfig config, Clock clock) {
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Those of a user, the one that was talked in last first.
     *
     * @param words that stand in the title or in a message, whatever their case; empty for all
     * @param before only those older than that; the {@code updatedAt} of the last one of a page gives the next
     */
    public List<ConversationSummary> find(long userId, String words, Optional<Instant> before, int limit) {
        return transactions.call(entities -> {
            boolean all = words.isBlank();
            TypedQuery<Conversation> query = entities.createNamedQuery(
                            all ? "Conversation.latest" : "Conversation.search", Conversation.class)
                    .setParameter("user", userId)
                    .setParameter("before", before.orElse(clock.instant().plusSeconds(1)))
                    .setMaxResults(limit);
            if (!all) {
                query.setParameter("words", pattern(words));
            }
            return query.getResultStream().map(Conversation::summary).toList();
        });
    }

    /** @throws Problem 404 */
    public ConversationText get(long userId, String id) {
        return transactions.call(entities -> text(entities, existing(entities, userId, id)));
    }

    /** @throws Problem 409 when the user has as many as configured */
    public ConversationText create(long userId, String title, JsonObject settings) {
        return transactions.call(entities -> text(entities, add(entities, userId, title, settings)));
    }

    /**
     * Changes what is given.
     *
     * @param leaf a message of the conversation
     * @throws Problem 404 for the conversation, 422 for a message that is not in it
     */
    public ConversationSummary change(
            long userId, String id, Optional<String> title, Optional<String> leaf, Optional<JsonObject> settings) {
        return transactions.call(entities -> {
            Conversation conversation = existing(entities, userId, id);
            title.ifPresent(conversation::rename);
            settings.ifPresent(conversation::use);
            leaf.ifPresent(message -> {
                requireMessage(entities, id, "leaf", message);
                conversation.show(message);
            });
            return conversation.summary();
        });
    }

    /** @throws Problem 404 */
    public void delete(long userId, String id) {
        transactions.run(entities -> entities.remove(existing(entities, userId, id)));
    }

    /**
     * Stores a message, a new one or a newer state of one that is there, and shows its branch.
     *
     * @throws Problem 404 for the conversation, 422 for a parent that is not in it, 413 when the conversation grows too large
     */
    public void put(long userId, String id, Message message) {
        try {
            transactions.run(entities -> {
                Conversation conversation = existing(entities, userId, id);
                message.parent().ifPresent(parent -> requireMessage(entities, id, "parent", parent));
                store(entities, conversation, id, message);
            });
        } catch (PersistenceException e) {
            if (!Conflicts.violatesConstraint(e)) {
                throw e;
            }
            // Two tries of the same first save: the other one is there now, this one is its newer state.
            transactions.run(entities -> store(entities, existing(entities, userId, id), id, message));
        }
    }

    private void store(EntityManager entities, Conversation conversation, String id, Message message) {
        Optional<ConversationMessage> before = message(entities, id, message.id());
        long grown = ConversationMessage.sizeOf(message)
                - before.map(ConversationMessage::sizeBytes).orElse(0L);
        if (size(entities, id) + grown > config.maxSize().bytes()) {
            throw Problem.tooLarge("This conversation is full: it may have " + config.maxSize())
                    .withCode("conversation_full");
        }
        if (before.isPresent()) {
            before.get().write(message);
        } else {
            entities.persist(new ConversationMessage(id, message, clock.instant()));
        }
        conversation.show(message.id());
        conversation.touch(clock.instant());
        entities.flush();
    }

    /**
     * Makes a new conversation of the messages up to one of them.
     *
     * @throws Problem 404 for the conversation, 422 for a message that is not in it, 409 when the user has too many
     */
    public ConversationText branch(long userId, String id, String lastMessage, String title) {
        return transactions.call(entities -> {
            Conversation origin = existing(entities, userId, id);
            requireMessage(entities, id, "message_id", lastMessage);
            Conversation copy = add(entities, userId, title, origin.settings());
            String copyId = copy.summary().id();
            for (Message message : text(entities, origin).path(Optional.of(lastMessage))) {
                entities.persist(new ConversationMessage(copyId, message, message.createdAt()));
                // One at a time: messages are shown in the order of their numbers, and these come with the row.
                entities.flush();
            }
            copy.show(lastMessage);
            return text(entities, copy);
        });
    }

    private Conversation add(EntityManager entities, long userId, String title, JsonObject settings) {
        long count = entities.createNamedQuery("Conversation.count", Long.class)
                .setParameter("user", userId)
                .getSingleResult();
        if (count >= config.maxCount()) {
            throw Problem.conflict(
                            config.maxCount() == 0
                                    ? "This server keeps no conversations"
                                    : "You have " + count + " conversations, as many as this server keeps for a user;"
                                            + " delete some first")
                    .withCode("too_many_conversations");
        }
        Conversation conversation =
                new Conversation(UUID.randomUUID().toString(), userId, title, settings, clock.instant());
        entities.persist(conversation);
        entities.flush();
        return conversation;
    }

    private static ConversationText text(EntityManager entities, Conversation conversation) {
        ConversationSummary summary = conversation.summary();
        List<Message> messages = entities.createNamedQuery("ConversationMessage.of", ConversationMessage.class)
                .setParameter("conversation", summary.id())
                .getResultStream()
                .map(ConversationMessage::message)
                .toList();
        return new ConversationText(
                summary, conversation.settings(), Optional.ofNullable(conversation.leaf()), messages);
    }

    private static long size(EntityManager entities, String id) {
        Long sum = entities.createNamedQuery("ConversationMessage.size", Long.class)
                .setParameter("conversation", id)
                .getSingleResult();
        return sum == null ? 0 : sum;
    }

    private static void requireMessage(EntityManager entities, String id, String field, String messageId) {
        if (message(entities, id, messageId).isEmpty()) {
            throw InvalidInput.of(field, "is no message of this conversation");
        }
    }

    private static Optional<ConversationMessage> message(EntityManager entities, String id, String messageId) {
        return entities.createNamedQuery("ConversationMessage.one", ConversationMessage.class)
                .setParameter("conversation", id)
                .setParameter("message", messageId)
                .getResultStream()
                .findFirst();
    }

    private static Conversation existing(EntityManager entities, long userId, String id) {
        return Optional.ofNullable(entities.find(Conversation.class, id))
                .filter(conversation -> conversation.userId() == userId)
                .orElseThrow(() -> Problem.notFound("Conversation not found").withCode("conversation_not_found"));
    }

    private static String pattern(String words) {
        String escaped = words.strip().toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0");
        return "%" + escaped + "%";
    }
}
