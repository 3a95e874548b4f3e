package io.mlxmanager.manage.audit;

import java.time.Instant;
import java.util.Objects;

/**
 * Which rows are meant. A null leaves its field out of the question.
 *
 * @param userId rows of this user only
 * @param keyId rows of the API key with this public id only
 * @param from recorded at or after
 * @param to recorded before
 */
public record AuditFilter(
        Long userId,
        String keyId,
        AuditKind kind,
        String model,
        String backend,
        AuditStatus status,
        Instant from,
        Instant to) {

    /** Every row. */
    public static final AuditFilter ALL = new AuditFilter(null, null, null, null, null, null, null, null);

    /** The rows of one user. */
    public static AuditFilter of(long userId) {
        return new AuditFilter(userId, null, null, null, null, null, null, null);
    }

    /** What was asked with an API key since then. */
    public static AuditFilter ofKey(String publicId, Instant from) {
        return new AuditFilter(null, publicId, AuditKind.INFERENCE, null, null, null, from, null);
    }

    /** The same rows as far as they are about that. */
    public AuditFilter only(AuditKind about) {
        return new AuditFilter(userId, keyId, about, model, backend, status, from, to);
    }

    public boolean accepts(AuditRow row) {
        AuditEntry entry = row.entry();
        return accepts(userId, entry.userId())
                && accepts(keyId, entry.keyId())
                && accepts(kind, entry.kind())
                && accepts(model, entry.model())
                && accepts(backend, entry.backend())
                && accepts(status, entry.status())
                && (from == null || !row.recordedAt().isBefore(from))
                && (to == null || row.recordedAt().isBefore(to));
    }

    private static boolean accepts(Object wanted, Object value) {
        return wanted == null || Objects.equals(wanted, value);
    }
}
