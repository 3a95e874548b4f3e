package io.mlxmanager.base.problem;

import java.time.Duration;
import java.util.Map;

/** The server has no room for the request now (503); the answer says in {@code Retry-After} when it may have. */
public final class Overloaded extends Problem {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** @param retryAfter how long to wait; less than a second counts as one */
    public Overloaded(String code, String detail, Duration retryAfter) {
        super(ProblemKind.UNAVAILABLE, code, detail, null);
        this.retryAfter = retryAfter;
    }

    @Override
    public Map<String, String> headers() {
        return RateLimited.retryAfter(retryAfter);
    }
}
