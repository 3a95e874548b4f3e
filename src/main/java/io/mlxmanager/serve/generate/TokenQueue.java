package io.mlxmanager.serve.generate;

import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Carries what the engine says to the thread of the request. At most as long as the answer may get. */
final class TokenQueue implements GenerationListener {

    /** What can come. */
    sealed interface Signal {
        record Started(int cachedTokens) implements Signal {}

        record Token(int id) implements Signal {}

        record Ended(GenerationEnd end) implements Signal {}

        record Failed(RuntimeException cause) implements Signal {}

        record Revoked() implements Signal {}
    }

    private final BlockingDeque<Signal> signals = new LinkedBlockingDeque<>();

    @Override
    public void started(int cachedTokens) {
        signals.add(new Signal.Started(cachedTokens));
    }

    @Override
    public void token(int id) {
        signals.add(new Signal.Token(id));
    }

    @Override
    public void finished(GenerationEnd end) {
        signals.add(new Signal.Ended(end));
    }

    @Override
    public void failed(RuntimeException cause) {
        signals.add(new Signal.Failed(cause));
    }

    /** The caller may not have the answer any more; comes before what waits. Any thread. */
    void revoke() {
        signals.addFirst(new Signal.Revoked());
    }

    /** The next signal; empty if none came in time. */
    Optional<Signal> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }
}
