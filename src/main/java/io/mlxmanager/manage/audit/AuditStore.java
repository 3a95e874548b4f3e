package io.mlxmanager.manage.audit;

import io.mlxmanager.base.persist.Transactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Query;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows in the database: chained as they are written, found by query. Safe for many threads. */
final class AuditStore {

    private final Transactions transactions;

    /** An entry that waits for its row. */
    record Pending(AuditEntry entry, Instant recordedAt) {}

    AuditStore(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Writes all or none, in one transaction, and returns the rows in their order. */
    List<AuditRow> write(List<Pending> batch) {
        return transactions.call(entities -> {
            AuditChain chain = entities.find(AuditChain.class, AuditChain.ONLY, LockModeType.PESSIMISTIC_WRITE);
            List<AuditRow> rows = new ArrayList<>(batch.size());
            for (Pending pending : batch) {
                AuditRow row = AuditRow.chained(
                        chain.getLastId() + 1, pending.recordedAt(), pending.entry(), chain.getLastHash());
                entities.persist(new AuditRecord(row));
                chain.advance(row);
                rows.add(row);
            }
            return rows;
        });
    }

    List<AuditRow> find(AuditQuery query) {
        return transactions.call(entities -> {
            Conditions conditions = new Conditions(query.filter());
            conditions.add("r.id < :before", "before", query.beforeId());
            TypedQuery<AuditRecord> select = entities.createQuery(
                    "SELECT r FROM AuditRecord r" + conditions + " ORDER BY r.id DESC", AuditRecord.class);
            conditions.bind(select);
            return select.setFirstResult(query.offset())
                    .setMaxResults(query.limit())
                    .getResultStream()
                    .map(AuditRecord::row)
                    .toList();
        });
    }

    AuditStats stats(AuditFilter filter) {
        return transactions.call(entities -> {
            Object[] totals = (Object[]) query(
                            entities,
                            "SELECT COUNT(r), COUNT(DISTINCT r.model), SUM(r.promptTokens), SUM(r.completionTokens)",
                            filter,
                            "")
                    .getSingleResult();
            return new AuditStats(
                    number(totals[0]),
                    counts(entities, "r.status", filter),
                    counts(entities, "r.backend", filter),
                    number(totals[1]),
                    number(totals[2]),
                    number(totals[3]));
        });
    }

    private static Map<String, Long> counts(EntityManager entities, String column, AuditFilter filter) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Object row : query(entities, "SELECT " + column + ", COUNT(r)", filter, " GROUP BY " + column)
                .getResultList()) {
            Object[] pair = (Object[]) row;
            if (pair[0] != null) {
                counts.put((String) pair[0], number(pair[1]));
            }
        }
        return counts;
    }

    private static Query query(EntityManager entities, String select, AuditFilter filter, String end) {
        Conditions conditions = new Conditions(filter);
        Query query = entities.createQuery(select + " FROM AuditRecord r" + conditions + end);
        conditions.bind(query);
        return query;
    }

    private static long number(Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** The WHERE clause of a filter with its values. */
    private static final class Conditions {

        private final StringBuilder text = new StringBuilder();
        private final Map<String, Object> values = new LinkedHashMap<>();

        Conditions(AuditFilter filter) {
            add("r.userId = :user", "user", filter.userId());
            add("r.keyId = :key", "key", filter.keyId());
            add(
                    "r.kind = :kind",
                    "kind",
                    filter.kind() == null ? null : filter.kind().word());
            add("r.model = :model", "model", filter.model());
            add("r.backend = :backend", "backend", filter.backend());
            add(
                    "r.status = :status",
                    "status",
                    filter.status() == null ? null : filter.status().word());
            add("r.recordedAt >= :from", "from", filter.from());
            add("r.recordedAt < :to", "to", filter.to());
        }

        void add(String condition, String name, Object value) {
            if (value != null) {
                text.append(text.isEmpty() ? " WHERE " : " AND ").append(condition);
                values.put(name, value);
            }
        }

        void bind(Query query) {
            values.forEach(query::setParameter);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
