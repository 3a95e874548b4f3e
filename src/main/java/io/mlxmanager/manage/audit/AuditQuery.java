package io.mlxmanager.manage.audit;

/**
 * A page of rows, newest first.
 *
 * @param beforeId only rows with a smaller id, to page without an offset; null for the newest
 * @param limit 1 to {@value #MAX_LIMIT}
 * @param offset rows to skip
 */
public record AuditQuery(AuditFilter filter, Long beforeId, int limit, int offset) {

    public static final int MAX_LIMIT = 1000;

    public AuditQuery {
        if (limit < 1 || limit > MAX_LIMIT || offset < 0) {
            throw new IllegalArgumentException("limit " + limit + ", offset " + offset);
        }
    }

    public static AuditQuery newest(AuditFilter filter, int limit) {
        return new AuditQuery(filter, null, limit, 0);
    }
}
