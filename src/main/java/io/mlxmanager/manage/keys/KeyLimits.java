package io.mlxmanager.manage.keys;

import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.audit.AuditStats;
import io.mlxmanager.manage.identity.KeyGrant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * How much a key may still be used: requests within the running minute, tokens within the day (UTC). Tokens are counted
 * from the audit log, once at the first look and then row by row, so that a restart forgets nothing; each of several
 * servers sees only its own rows after its first look. Safe for many threads.
 */
public final class KeyLimits {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Function<AuditFilter, AuditStats> stats;
    private final Clock clock;
    private final Map<String, Window> windows = new ConcurrentHashMap<>();
    private final Map<String, Day> days = new ConcurrentHashMap<>();

    private record Day(LocalDate date, long tokens) {}

    private record Taken(long remaining, Duration pause) {}

    /**
     * What is left of the limits of a key; empty where it has none.
     *
     * @param retryAfter how long to wait before the next try; zero when the request is within the limits
     */
    public record Budget(
            OptionalLong requestLimit,
            OptionalLong remainingRequests,
            OptionalLong tokenLimit,
            OptionalLong remainingTokens,
            Duration retryAfter) {}

    public KeyLimits(AuditLog log, Clock clock) {
        this(log::stats, clock);
    }

    KeyLimits(Function<AuditFilter, AuditStats> stats, Clock clock) {
        this.stats = stats;
        this.clock = clock;
    }

    /** Counts a request and tells what is left; a request beyond the limit is told to wait and not counted. */
    public Budget admit(KeyGrant grant) {
        Instant now = clock.instant();
        OptionalLong tokensLeft = OptionalLong.empty();
        if (grant.tokensPerDay().isPresent()) {
            tokensLeft =
                    OptionalLong.of(Math.max(0, grant.tokensPerDay().getAsLong() - used(grant.publicId(), date(now))));
        }
        Duration pause = Duration.ZERO;
        if (tokensLeft.isPresent() && tokensLeft.getAsLong() == 0) {
            pause = Duration.between(
                    now, date(now).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        if (grant.requestsPerMinute().isEmpty()) {
            return new Budget(OptionalLong.empty(), OptionalLong.empty(), grant.tokensPerDay(), tokensLeft, pause);
        }
        int limit = grant.requestsPerMinute().getAsInt();
        Taken taken =
                windows.computeIfAbsent(grant.publicId(), id -> new Window()).take(limit, now);
        return new Budget(
                OptionalLong.of(limit),
                OptionalLong.of(taken.remaining()),
                grant.tokensPerDay(),
                tokensLeft,
                pause.isZero() ? taken.pause() : pause);
    }

    /** To be told of every row of the audit log as it is written. */
    public void recorded(AuditRow row) {
        AuditEntry entry = row.entry();
        Integer tokens = entry.totalTokens();
        if (entry.keyId() != null && tokens != null) {
            LocalDate date = date(row.recordedAt());
            days.computeIfPresent(
                    entry.keyId(), (id, day) -> day.date().equals(date) ? new Day(date, day.tokens() + tokens) : day);
        }
    }

    private long used(String publicId, LocalDate today) {
        Day known = days.get(publicId);
        if (known != null && known.date().equals(today)) {
            return known.tokens();
        }
        // Not inside the map: the log may wait for its writer, and the writer for the map.
        AuditStats soFar = stats.apply(
                AuditFilter.ofKey(publicId, today.atStartOfDay(ZoneOffset.UTC).toInstant()));
        Day looked = new Day(today, soFar.promptTokens() + soFar.completionTokens());
        return days.merge(publicId, looked, (old, fresh) -> old.date().equals(today) ? old : fresh)
                .tokens();
    }

    private static LocalDate date(Instant moment) {
        return moment.atZone(ZoneOffset.UTC).toLocalDate();
    }

    /** The requests of one minute; guarded by its own monitor. */
    private static final class Window {

        private Instant start = Instant.MIN;
        private int requests;

        synchronized Taken take(int limit, Instant now) {
            if (start.equals(Instant.MIN) || !now.isBefore(start.plus(MINUTE))) {
                start = now;
                requests = 0;
            }
            if (requests >= limit) {
                return new Taken(0, Duration.between(now, start.plus(MINUTE)));
            }
            requests++;
            return new Taken(limit - requests, Duration.ZERO);
        }
    }
}
