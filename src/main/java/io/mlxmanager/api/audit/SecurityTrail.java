package io.mlxmanager.api.audit;

import io.mlxmanager.api.problem.RequestId;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.RateLimited;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditStatus;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Leaves a row in the audit log for what concerns users, keys, roles, settings and the models of all, whether it was done or refused. A row
 * says who did what to whom, never with which password, token or key.
 */
@Dependent
public final class SecurityTrail {

    private final AuditLog log;

    @Inject
    public SecurityTrail(AuditLog log) {
        this.log = log;
    }

    /**
     * Does the work and records how it ended; what it throws is passed on. What was refused only because it came too
     * often is not recorded, or whoever is guessing could fill the log.
     *
     * @param event name such as {@code user.changed}
     * @param actor who does it
     * @param subject whom or what it concerns
     */
    public <T> T record(HttpServletRequest request, String event, long actor, String subject, Supplier<T> work) {
        return record(request, event, subject, work, actor, result -> actor);
    }

    /** As the other one, for work that tells by its result who the actor is: a login, a registration. */
    public <T> T record(
            HttpServletRequest request, String event, String subject, Supplier<T> work, ToLongFunction<T> actor) {
        return record(request, event, subject, work, null, actor);
    }

    private <T> T record(
            HttpServletRequest request,
            String event,
            String subject,
            Supplier<T> work,
            Long refusedActor,
            ToLongFunction<T> actor) {
        long start = System.nanoTime();
        AuditEntry.Builder entry =
                AuditEntry.security(RequestId.of(request), event).subject(subject);
        try {
            T result = work.get();
            append(entry.caller(actor.applyAsLong(result), null, request.getRemoteAddr()), AuditStatus.SUCCESS, start);
            return result;
        } catch (RateLimited refused) {
            throw refused;
        } catch (Problem refused) {
            AuditStatus status = refused.status() < 500 ? AuditStatus.REFUSED : AuditStatus.ERROR;
            entry.caller(refusedActor, null, request.getRemoteAddr()).error(refused.code(), refused.detail());
            append(entry, status, start);
            throw refused;
        }
    }

    private void append(AuditEntry.Builder entry, AuditStatus status, long start) {
        log.append(entry.end(status, Duration.ofNanos(System.nanoTime() - start)));
    }
}
