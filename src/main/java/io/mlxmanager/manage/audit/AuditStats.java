package io.mlxmanager.manage.audit;

import java.util.Map;

/**
 * Requests in numbers. Rows without a model, a backend or tokens count only in the totals.
 *
 * @param byStatus number of requests by the word of their status
 * @param byBackend number of requests by what served them
 */
public record AuditStats(
        long requests,
        Map<String, Long> byStatus,
        Map<String, Long> byBackend,
        long models,
        long promptTokens,
        long completionTokens) {

    public AuditStats {
        byStatus = Map.copyOf(byStatus);
        byBackend = Map.copyOf(byBackend);
    }
}
