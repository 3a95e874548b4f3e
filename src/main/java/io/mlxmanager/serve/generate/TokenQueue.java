package io.mlxmanager.serve.generate;

import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.sample.TokenLogprobs;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Carries what the engine says of all answers of a request to its thread. At most as long as the answers may get. */
final class TokenQueue {

    /** What can come. */
    sealed interface Signal {
        record Started(int cachedTokens) implements Signal {}

        record PromptToken(TokenLogprobs logprobs) implements Signal {}

        record Token(int id, Optional<TokenLogprobs> logprobs) implements Signal {}

        record Ended(GenerationEnd end) implements Signal {}

        record Failed(RuntimeException cause) implements Signal {}

        /** Nothing of the engine's: the request itself has to be looked at. */
        record Nudge() implements Signal {}
    }

    /** A signal and the answer that it is about. */
    record Heard(int choice, Signal signal) {}

    private final BlockingDeque<Heard> signals = new LinkedBlockingDeque<>();

    /** Hears one of the answers. */
    GenerationListener listener(int choice) {
        return new Listener(choice);
    }

    /** Wakes the thread of the request before anything that waits. Any thread. */
    void nudge() {
        signals.addFirst(new Heard(0, new Signal.Nudge()));
    }

    /** The next signal; empty if none came in time. */
    Optional<Heard> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    private final class Listener implements GenerationListener {

        private final int choice;

        Listener(int choice) {
            this.choice = choice;
        }

        @Override
        public void started(int cachedTokens) {
            add(new Signal.Started(cachedTokens));
        }

        @Override
        public void promptToken(TokenLogprobs logprobs) {
            add(new Signal.PromptToken(logprobs));
        }

        @Override
        public void token(int id) {
            add(new Signal.Token(id, Optional.empty()));
        }

        @Override
        public void token(int id, TokenLogprobs logprobs) {
            add(new Signal.Token(id, Optional.of(logprobs)));
        }

        @Override
        public void finished(GenerationEnd end) {
            add(new Signal.Ended(end));
        }

        @Override
        public void failed(RuntimeException cause) {
            add(new Signal.Failed(cause));
        }

        private void add(Signal signal) {
            signals.add(new Heard(choice, signal));
        }
    }
}
