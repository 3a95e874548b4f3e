package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.FinishReason;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.Finished;
import io.mlxmanager.chat.TokenLogprob;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.sample.TokenLogprobs;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.serve.generate.TokenQueue.Signal;
import java.util.ArrayList;
import java.util.List;

/** One of the answers of a run, from what the engine says of it to events. Confined to the run's thread. */
final class Choice {

    private final AnswerText text;
    private final Tokenizer tokenizer;
    private final int[] echo;
    private final List<TokenLogprob> echoed = new ArrayList<>();
    private Generation generation;
    private GrowingRoom room;
    private int generated;
    private boolean echoDue;
    private boolean running = true;
    private FinishReason reason = FinishReason.CANCELLED;

    /** @param echo tokens that the answer begins with, not generated; empty for none */
    Choice(AnswerText text, Tokenizer tokenizer, int[] echo) {
        this.text = text;
        this.tokenizer = tokenizer;
        this.echo = echo.clone();
        this.echoDue = echo.length > 0;
    }

    /** @param growing asked for more as the answer gets longer */
    void runs(Generation started, GrowingRoom growing) {
        generation = started;
        room = growing;
    }

    boolean running() {
        return running;
    }

    Usage usage() {
        return text.usage();
    }

    FinishReason reason() {
        return reason;
    }

    /**
     * What a signal brings, {@code Finished} last.
     *
     * @throws Problem when the answer will not be completed
     */
    List<StreamEvent> hear(Signal signal) {
        List<StreamEvent> events = new ArrayList<>();
        if (!running) {
            return events;
        }
        if (signal instanceof Signal.Started started) {
            text.cached(started.cachedTokens());
        } else if (signal instanceof Signal.PromptToken of) {
            echoed.add(likelihood(of.logprobs()));
        } else if (signal instanceof Signal.Token token) {
            room.token(++generated);
            echo(events);
            events.addAll(text.token(token.id(), token.logprobs().map(this::likelihood)));
            if (text.stopped()) {
                generation.cancel();
                finish(GenerationEnd.STOP, events);
            }
        } else if (signal instanceof Signal.Ended ended) {
            if (ended.end() == GenerationEnd.CANCELLED) {
                running = false;
                throw Problem.unavailable("The model was unloaded while it was answering", null);
            }
            echo(events);
            finish(ended.end(), events);
        } else if (signal instanceof Signal.Failed failed) {
            running = false;
            throw Refusals.problem(failed.cause());
        }
        return events;
    }

    private void finish(GenerationEnd end, List<StreamEvent> events) {
        running = false;
        events.addAll(text.finish(end));
        reason = ((Finished) events.get(events.size() - 1)).reason();
    }

    private void echo(List<StreamEvent> events) {
        if (!echoDue) {
            return;
        }
        echoDue = false;
        if (!echoed.isEmpty()) {
            // Nothing stands before the first token, so nobody can say how likely it was.
            echoed.add(0, TokenLogprob.of(tokenizer.bytes(echo[0]), Double.NaN, List.of()));
        }
        events.add(new Content(tokenizer.decode(echo, 0, echo.length), echoed));
    }

    private TokenLogprob likelihood(TokenLogprobs of) {
        List<TokenLogprob> top =
                of.top().stream().map(entry -> entry(entry, List.of())).toList();
        return entry(of.chosen(), top);
    }

    private TokenLogprob entry(TokenLogprobs.Entry entry, List<TokenLogprob> top) {
        return TokenLogprob.of(tokenizer.bytes(entry.id()), entry.logprob(), top);
    }

    /** Cancels what still runs. */
    void close() {
        if (running) {
            running = false;
            if (generation != null) {
                generation.cancel();
            }
        }
    }
}
