package io.mlxmanager.serve.generate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Room for an answer of which nobody has said how long it gets: a piece at a time, asked for before the last one is full. Where
 * there is no more memory, the answer ends as one that has reached its length. {@link #token} is called by the run's thread.
 */
final class GrowingRoom {

    /** Tokens of an answer that there is room for from the beginning. */
    static final int FIRST = 2048;

    static final int PIECE = 2048;
    static final int EARLY = 512;

    /** Where room comes from. */
    interface Source {

        /** Whether there is room for an answer of {@code to} tokens, which had some for {@code from}. */
        CompletableFuture<Boolean> grow(int from, int to);
    }

    private final Source source;
    private final IntConsumer allow;
    private final int most;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile int allowed;

    /**
     * @param allow hears how long the answer may get
     * @param allowed tokens of the answer that there is room for
     * @param most tokens that it may ever have
     */
    GrowingRoom(Source source, IntConsumer allow, int allowed, int most) {
        this.source = source;
        this.allow = allow;
        this.allowed = allowed;
        this.most = most;
    }

    /** @param count tokens that the answer has now */
    void token(int count) {
        if (allowed < most && count >= allowed - EARLY && asking.compareAndSet(false, true)) {
            int next = Math.min(most, allowed + PIECE);
            var unused = source.grow(allowed, next).whenComplete((given, failure) -> {
                if (Boolean.TRUE.equals(given)) {
                    allowed = next;
                    allow.accept(next);
                }
                asking.set(false);
            });
        }
    }
}
