package io.mlxmanager.manage.audit;

import io.mlxmanager.base.config.AuditConfig;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.SecretRing;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * The old end of the log: proves that the chain is whole, and removes what is older or more than configured. Only a
 * beginning of the chain is ever removed, and a signed checkpoint takes its place, so that what is left can still be
 * proven. Safe for many threads and servers.
 */
public final class AuditHistory {

    private static final Logger LOG = Logger.getLogger(AuditHistory.class.getName());

    /** Rows per transaction, so that neither memory nor the writer has to wait for the whole. */
    private static final int BATCH = 1000;

    private final Transactions transactions;
    private final SecretRing secrets;
    private final AuditConfig config;
    private final Clock clock;

    private record Start(long id, String hash) {}

    AuditHistory(Transactions transactions, SecretRing secrets, AuditConfig config, Clock clock) {
        this.transactions = transactions;
        this.secrets = secrets;
        this.config = config;
        this.clock = clock;
    }

    /** Looks at every row, oldest first; what is written meanwhile is looked at too. */
    public AuditVerification verify() {
        Optional<AuditCheckpoint> checkpoint = transactions.call(AuditHistory::checkpoint);
        long id = checkpoint.map(AuditCheckpoint::getRemovedId).orElse(0L);
        String hash = checkpoint.map(AuditCheckpoint::getRemovedHash).orElse(AuditRow.BEGINNING);
        if (checkpoint.isPresent() && !checkpoint.get().isGenuine(secrets).orElse(false)) {
            return AuditVerification.broken(0, id + 1, "the checkpoint is not signed with a secret of this server");
        }
        long rows = 0;
        while (true) {
            List<AuditRow> page = page(id);
            for (AuditRow row : page) {
                if (row.id() != id + 1) {
                    return AuditVerification.broken(rows, id + 1, "the row is missing");
                }
                if (!row.previousHash().equals(hash) || !row.isIntact()) {
                    return AuditVerification.broken(rows, row.id(), "the row was changed");
                }
                id = row.id();
                hash = row.hash();
                rows++;
            }
            if (page.size() < BATCH) {
                return end(rows, new Start(id, hash));
            }
        }
    }

    /** The chain's end is remembered apart from the rows, so that rows cut off at the end are missed. */
    private AuditVerification end(long rows, Start last) {
        AuditChain chain = transactions.call(entities -> entities.find(AuditChain.class, AuditChain.ONLY));
        if (chain.getLastId() > last.id() && page(last.id()).isEmpty()) {
            return AuditVerification.broken(rows, last.id() + 1, "the row is missing");
        }
        boolean same = chain.getLastId() != last.id() || chain.getLastHash().equals(last.hash());
        return same ? AuditVerification.intact(rows) : AuditVerification.broken(rows, last.id(), "the row was changed");
    }

    private List<AuditRow> page(long afterId) {
        return transactions.call(entities -> entities.createQuery(
                        "SELECT r FROM AuditRecord r WHERE r.id > :id ORDER BY r.id", AuditRecord.class)
                .setParameter("id", afterId)
                .setMaxResults(BATCH)
                .getResultStream()
                .map(AuditRecord::row)
                .toList());
    }

    /**
     * Removes what is due.
     *
     * @return how many rows went
     */
    public long prune() {
        Instant oldest = clock.instant().minus(config.retention());
        long removed = 0;
        for (int batch = BATCH; batch == BATCH; removed += batch) {
            batch = transactions.call(entities -> removeBatch(entities, oldest));
        }
        if (removed > 0) {
            long total = removed;
            LOG.info(() -> "Audit log: " + total + " rows removed by retention");
        }
        return removed;
    }

    private int removeBatch(EntityManager entities, Instant oldest) {
        AuditChain chain = entities.find(AuditChain.class, AuditChain.ONLY, LockModeType.PESSIMISTIC_WRITE);
        long tooMany = chain.getLastId() - config.maxRows();
        List<AuditRow> due = entities.createQuery("SELECT r FROM AuditRecord r ORDER BY r.id", AuditRecord.class)
                .setMaxResults(BATCH)
                .getResultStream()
                .map(AuditRecord::row)
                .takeWhile(row -> row.id() <= tooMany || row.recordedAt().isBefore(oldest))
                .toList();
        if (due.isEmpty()) {
            return 0;
        }
        AuditRow last = due.get(due.size() - 1);
        checkpoint(entities)
                .ifPresentOrElse(
                        checkpoint -> checkpoint.move(last, secrets),
                        () -> entities.persist(new AuditCheckpoint(last, secrets)));
        entities.createQuery("DELETE FROM AuditRecord r WHERE r.id <= :last")
                .setParameter("last", last.id())
                .executeUpdate();
        return due.size();
    }

    private static Optional<AuditCheckpoint> checkpoint(EntityManager entities) {
        return Optional.ofNullable(entities.find(AuditCheckpoint.class, AuditCheckpoint.ONLY));
    }
}
