package io.mlxmanager.manage.conversation;

import io.mlxmanager.base.config.ConversationConfig;
import io.mlxmanager.base.persist.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;

/** Offers the conversations for injection. */
@ApplicationScoped
public class ConversationsProducer {

    @Produces
    @Singleton
    Conversations conversations(Transactions transactions, ConversationConfig config) {
        return new Conversations(transactions, config, Clock.tickMillis(ZoneOffset.UTC));
    }
}
