package io.mlxmanager.engine.worker;

import java.time.Duration;

/**
 * How long an engine has given no sign that it goes on. Time in which the listener itself slept is not held against the one
 * who is listened to: a machine that was suspended, or a server that stood still, has heard nothing of what was said meanwhile.
 * {@link #broken} may be called by any thread, {@link #tooLong} by one.
 */
final class Silence {

    private final long longest;
    private final long between;
    private volatile boolean broken;
    private long lasted;
    private long lastLook;

    /**
     * @param longest that an engine at work may be silent
     * @param between what at most passes from one look to the next, if the listener is awake
     * @param now nanoseconds that only grow
     */
    Silence(Duration longest, Duration between, long now) {
        this.longest = longest.toNanos();
        this.between = between.toNanos();
        this.lastLook = now;
    }

    /** A sign of life was heard. */
    void broken() {
        broken = true;
    }

    /** Looks at the clock. */
    boolean tooLong(long now) {
        lasted = broken ? 0 : lasted + Math.min(now - lastLook, between);
        broken = false;
        lastLook = now;
        return lasted >= longest;
    }
}
