package io.mlxmanager.base.problem;

import java.time.Duration;
import java.util.Map;

/** The caller must wait (429); the answer says how long in {@code Retry-After}, rounded up to whole seconds. */
public final class RateLimited extends Problem {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** @param retryAfter how long to wait; less than a second counts as one */
    public RateLimited(String detail, Duration retryAfter) {
        super(ProblemKind.RATE_LIMITED, detail);
        this.retryAfter = retryAfter;
    }

    /** As {@link #RateLimited(String, Duration)}, under a more precise code. */
    public RateLimited(String code, String detail, Duration retryAfter) {
        super(ProblemKind.RATE_LIMITED, code, detail, null);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public Map<String, String> headers() {
        return retryAfter(retryAfter);
    }

    static Map<String, String> retryAfter(Duration wait) {
        long seconds = wait.plusNanos(999_999_999).toSeconds();
        return Map.of("Retry-After", Long.toString(Math.max(1, seconds)));
    }
}
