package io.mlxmanager.serve.pool;

import java.time.Duration;

/** A model that has ended the engine's process so often lately that it is not loaded again for now. */
public final class CrashingModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration wait;

    /** @param wait after which it may be loaded again */
    CrashingModelException(String id, int crashes, Duration within, Duration wait) {
        super("Model " + id + " has ended the engine process " + crashes + " times within " + words(within)
                + "; it is not loaded again for " + words(wait) + ", unless an administrator starts it");
        this.wait = wait;
    }

    /** After which it may be loaded again. */
    public Duration retryAfter() {
        return wait;
    }

    private static String words(Duration time) {
        long seconds = Math.max(1, time.plusNanos(999_999_999).toSeconds());
        return seconds % 60 == 0 || seconds >= 600 ? (seconds + 59) / 60 + " min" : seconds + " s";
    }
}
