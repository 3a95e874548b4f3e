package io.mlxmanager.serve.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which models the engine's process has ended with, and how often lately. One that it ends with again and again is refused,
 * because each time takes the answers of all other models along. Confined to the pool's thread.
 */
final class CrashBook {

    private final int most;
    private final Duration window;
    private final LongSupplier clock;
    private final Map<String, Deque<Long>> crashes = new HashMap<>();

    /**
     * @param most crashes of one model within the window; with the last of them it is refused
     * @param clock milliseconds that only grow
     */
    CrashBook(int most, Duration window, LongSupplier clock) {
        this.most = most;
        this.window = window;
        this.clock = clock;
    }

    /** The process has ended while it worked on a model. */
    void crashed(String id) {
        Deque<Long> lately = crashes.computeIfAbsent(id, model -> new ArrayDeque<>());
        lately.addLast(clock.getAsLong());
        if (lately.size() > most) {
            lately.removeFirst();
        }
    }

    /** Somebody who may has decided to try again. */
    void pardon(String id) {
        crashes.remove(id);
    }

    /** Why a model is not loaded now, if it is not. */
    Optional<CrashingModelException> refusal(String id) {
        Deque<Long> lately = crashes.get(id);
        if (lately == null || lately.size() < most) {
            return Optional.empty();
        }
        long left = lately.peekFirst() + window.toMillis() - clock.getAsLong();
        return left <= 0
                ? Optional.empty()
                : Optional.of(new CrashingModelException(id, most, window, Duration.ofMillis(left)));
    }
}
