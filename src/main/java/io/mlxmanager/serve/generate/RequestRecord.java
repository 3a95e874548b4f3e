package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditStatus;
import io.mlxmanager.serve.route.Route;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What is noted of one request while it is served, and its one audit row at the end, whatever the end was. Noted by the
 * thread that serves the request; ended by whoever comes first.
 */
public final class RequestRecord {

    private final Consumer<AuditEntry> log;
    private final AuditEntry.Builder entry;
    private final long began = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private Duration queue;
    private Duration firstToken;
    private TrafficMeter.Passage passage = TrafficMeter.Passage.NONE;

    /** @param log takes the one row */
    public RequestRecord(Consumer<AuditEntry> log, AuditEntry.Builder entry) {
        this.log = log;
        this.entry = entry;
    }

    /** The name the client used, and where it is served. */
    public void model(String name) {
        entry.model(name, null, "local");
    }

    /** What the name turned out to be. */
    public void route(Route route) {
        entry.model(route.model().id(), route.profileNameOrNull(), "local");
    }

    /** By which the request is counted while it lasts. */
    public void passage(TrafficMeter.Passage counted) {
        passage = counted;
    }

    /** The engine has begun. */
    public void started() {
        queue = elapsed();
        passage.started();
    }

    void token() {
        passage.token();
        if (firstToken == null) {
            firstToken = elapsed();
        }
    }

    public void usage(Usage usage) {
        entry.tokens(usage.prompt(), usage.completion(), usage.cached());
    }

    /** From the arrival of the request. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** The answer is complete. */
    public void success(FinishReason reason) {
        entry.finishReason(reason.name().toLowerCase(Locale.ROOT));
        end(AuditStatus.SUCCESS);
    }

    /** The answer is complete, and is not of the kind that ends for a reason. */
    public void success() {
        end(AuditStatus.SUCCESS);
    }

    /** The client went away, or asked for the end. */
    public void cancelled() {
        entry.finishReason("cancelled");
        end(AuditStatus.CANCELLED);
    }

    /** The request was not served, or not to its end. */
    public void failed(Problem problem) {
        entry.error(problem.code(), problem.detail());
        end(problem.status() == 408 ? AuditStatus.TIMEOUT : refused(problem) ? AuditStatus.REFUSED : AuditStatus.ERROR);
    }

    private static boolean refused(Problem problem) {
        return problem.status() < 500 || problem.status() == 503;
    }

    private void end(AuditStatus status) {
        if (ended.compareAndSet(false, true)) {
            passage.ended();
            entry.times(queue, firstToken);
            log.accept(entry.end(status, elapsed()));
        }
    }
}
