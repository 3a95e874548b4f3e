package io.mlxmanager.manage.audit;

import io.mlxmanager.base.config.AuditConfig;
import io.mlxmanager.base.persist.DatabaseStart;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.base.threads.LastingThreads;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs the audit log from start to shutdown on a thread of its own, and its retention every hour. */
@ApplicationScoped
public class AuditProducer {

    private static final Logger LOG = Logger.getLogger(AuditProducer.class.getName());
    private static final int FIRST_PRUNING_MINUTES = 1;
    private static final int PRUNING_MINUTES = 60;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private ScheduledFuture<?> pruning;

    void start(@Observes @Priority(DatabaseStart.PRIORITY + 2) Startup start, AuditLog log, AuditHistory history) {
        log.start();
        pruning = scheduler.scheduleWithFixedDelay(
                () -> prune(history), FIRST_PRUNING_MINUTES, PRUNING_MINUTES, TimeUnit.MINUTES);
    }

    void stop(@Observes Shutdown shutdown, AuditLog log) {
        if (pruning != null) {
            pruning.cancel(false);
        }
        log.close();
    }

    private static void prune(AuditHistory history) {
        try {
            history.prune();
        } catch (RuntimeException e) {
            // An exception would end the schedule; the next hour may do better.
            LOG.log(Level.WARNING, "Old audit rows could not be removed", e);
        }
    }

    @Produces
    @Singleton
    AuditLog auditLog(Transactions transactions, AuditConfig config, Event<AuditRecorded> recorded) {
        return new AuditLog(
                new AuditStore(transactions),
                config,
                Clock.systemUTC(),
                new LastingThreads("audit-writer"),
                row -> recorded.fire(new AuditRecorded(row)));
    }

    @Produces
    @Singleton
    AuditHistory auditHistory(Transactions transactions, SecretRing secrets, AuditConfig config) {
        return new AuditHistory(transactions, secrets, config, Clock.systemUTC());
    }
}
