package io.mlxmanager.engine.worker;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether the engine's thread goes on. It does when it comes round to a task that does nothing, when the operations of a long
 * step or of a load become more, or when it waits for the server. That another thread of its process answers proves nothing.
 * Confined to one thread.
 */
final class Pulse {

    private final Supplier<CompletableFuture<Void>> round;
    private final LongSupplier operations;
    private final BooleanSupplier waits;
    private CompletableFuture<Void> asked;
    private long counted;

    /**
     * @param round queues a task that does nothing; done when the engine's thread has done it, in whatever way
     * @param operations how many there were
     * @param waits whether the engine's thread waits for something that the server has to send
     */
    Pulse(Supplier<CompletableFuture<Void>> round, LongSupplier operations, BooleanSupplier waits) {
        this.round = round;
        this.operations = operations;
        this.waits = waits;
        this.counted = operations.getAsLong();
        this.asked = round.get();
    }

    /** Whether the engine's thread has gone on since this was asked last. */
    boolean beats() {
        long now = operations.getAsLong();
        boolean computed = now != counted;
        counted = now;
        boolean cameRound = asked.isDone();
        if (cameRound) {
            asked = round.get();
        }
        return computed || cameRound || waits.getAsBoolean();
    }
}
