package io.mlxmanager.api.audit;

import io.mlxmanager.api.body.QueryFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditKind;
import io.mlxmanager.manage.audit.AuditQuery;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.Role;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.OptionalLong;

/**
 * What a request for rows asks for, by its query: {@code kind}, {@code model}, {@code backend_type}, {@code status},
 * {@code user_id}, {@code key_id}, {@code start_time} (inclusive), {@code end_time} (exclusive). Administrators and auditors may see all
 * rows, everybody else only their own, whatever user is asked for.
 */
final class AuditRequest {

    private static final int DEFAULT_LIMIT = 100;

    private AuditRequest() {}

    /** @throws InvalidInput naming the parameters at fault */
    static AuditFilter filter(MultivaluedMap<String, String> parameters, Caller caller) {
        QueryFields query = new QueryFields(parameters);
        AuditFilter filter = filter(query, caller);
        query.end();
        return filter;
    }

    /**
     * Also reads {@code limit}, {@code before_id} and {@code offset}.
     *
     * @throws InvalidInput naming the parameters at fault
     */
    static AuditQuery page(MultivaluedMap<String, String> parameters, Caller caller) {
        QueryFields query = new QueryFields(parameters);
        AuditQuery page = new AuditQuery(
                filter(query, caller),
                boxed(query.number("before_id", 1, Long.MAX_VALUE)),
                (int) query.number("limit", 1, AuditQuery.MAX_LIMIT).orElse(DEFAULT_LIMIT),
                (int) query.number("offset", 0, Integer.MAX_VALUE).orElse(0));
        query.end();
        return page;
    }

    private static AuditFilter filter(QueryFields query, Caller caller) {
        Long asked = boxed(query.number("user_id", 1, Long.MAX_VALUE));
        boolean seesAll = caller.hasRole(Role.ADMIN) || caller.hasRole(Role.AUDITOR);
        return new AuditFilter(
                seesAll ? asked : (Long) caller.userId(),
                query.text("key_id").orElse(null),
                query.choice("kind", AuditKind.words(), AuditKind::ofWord).orElse(null),
                query.text("model").orElse(null),
                query.text("backend_type").orElse(null),
                query.choice("status", AuditStatus.words(), AuditStatus::ofWord).orElse(null),
                query.time("start_time").orElse(null),
                query.time("end_time").orElse(null));
    }

    private static Long boxed(OptionalLong number) {
        return number.isPresent() ? (Long) number.getAsLong() : null;
    }
}
