package io.mlxmanager.manage.keys;

import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditRecorded;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;

/** Puts the plain classes of this package together for injection, and passes audit rows to the limits. */
@ApplicationScoped
public class KeysProducer {

    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    void recorded(@Observes AuditRecorded event, KeyLimits limits) {
        limits.recorded(event.row());
    }

    @Produces
    @Singleton
    ApiKeys apiKeys(Transactions transactions, SecretRing secrets) {
        return new ApiKeys(transactions, secrets, clock);
    }

    @Produces
    @Singleton
    KeyLimits keyLimits(AuditLog log) {
        return new KeyLimits(log, clock);
    }
}
