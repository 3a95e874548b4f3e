package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.serve.generate.TokenQueue.Signal;
import io.mlxmanager.serve.pool.ModelLease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One answer on its way: waits for the model, generates, hands out events. Used by the one thread that serves the request,
 * except where another is named; closing it, at any moment, cancels what is running and gives the model back.
 */
public final class ChatRun implements AutoCloseable {

    /** A silent stream shows itself alive this often. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** So often somebody who waits for a model is asked whether they still may. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final ChatRequest request;
    private final ChatPrompt prompt;
    private final CompletableFuture<ModelLease> lease;
    private final OptionalInt contextLimit;
    private final Duration limit;
    private final String tenant;
    private final RequestRecord note;
    private final TokenQueue tokens = new TokenQueue();
    private AnswerText text;
    private Generation generation;
    private boolean generating;
    private volatile boolean revoked;

    ChatRun(
            ChatRequest request,
            ChatPrompt prompt,
            CompletableFuture<ModelLease> lease,
            OptionalInt contextLimit,
            Duration limit,
            String tenant,
            RequestRecord note) {
        this.request = request;
        this.prompt = prompt;
        this.lease = lease;
        this.contextLimit = contextLimit;
        this.limit = limit;
        this.tenant = tenant;
        this.note = note;
    }

    /**
     * Waits a moment for the model, so that what stands against the request can still be told by a status.
     *
     * @return whether the model is there
     * @throws Problem when it will not come, or the prompt does not fit it
     */
    public boolean awaitModel(Duration patience) {
        try {
            ModelLease granted = lease.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (generation == null) {
                begin(granted);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw Refusals.problem(e.getCause());
        }
    }

    private void begin(ModelLease granted) {
        EngineModel model = granted.model();
        int[] ids = model.encode(prompt.text());
        int most = model.facts().contextLength();
        int context = Math.min(most, contextLimit.orElse(most));
        if (ids.length == 0) {
            throw Problem.badRequest("The prompt is empty");
        }
        if (ids.length >= context) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "context_length_exceeded",
                    "The prompt has " + ids.length + " tokens; the context is " + context
                            + " tokens, prompt and answer together",
                    null);
        }
        text = new AnswerText(model.detokenizer(), request.stop(), prompt.parser(), ids.length);
        note.usage(text.usage());
        GenerationRequest wanted = new GenerationRequest(
                ids,
                Math.min(request.maxTokens().orElse(context), context - ids.length),
                prompt.defaults().stopTokens(),
                SamplingRules.resolve(request.sampling(), prompt.defaults().defaults()),
                tenant);
        generation = granted.generate(wanted, tokens);
        generating = true;
    }

    /**
     * Sends the whole answer, its {@code Finished} event last.
     *
     * @throws Problem when the answer cannot be given or completed
     * @throws ClientGoneException when the sink says so
     */
    public void answer(AnswerSink sink) {
        while (!awaitModel(GLANCE)) {
            checkTime();
            checkRight();
            sink.idle();
        }
        try {
            Optional<GenerationEnd> end = Optional.empty();
            while (end.isEmpty()) {
                checkTime();
                Optional<Signal> signal = tokens.next(HEARTBEAT);
                if (signal.isEmpty()) {
                    sink.idle();
                } else {
                    end = handle(signal.get(), sink);
                }
            }
            note.usage(text.usage());
            List<StreamEvent> last = text.finish(end.get());
            last.forEach(sink::event);
            note.success(((StreamEvent.Finished) last.get(last.size() - 1)).reason());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private Optional<GenerationEnd> handle(Signal signal, AnswerSink sink) {
        checkRight();
        if (signal instanceof Signal.Started started) {
            note.started();
            text.cached(started.cachedTokens());
            sink.started(text.usage());
        } else if (signal instanceof Signal.Token token) {
            note.token();
            text.token(token.id()).forEach(sink::event);
            note.usage(text.usage());
            if (text.stopped()) {
                return Optional.of(GenerationEnd.STOP);
            }
        } else if (signal instanceof Signal.Ended ended) {
            generating = false;
            if (ended.end() == GenerationEnd.CANCELLED) {
                throw Problem.unavailable("The model was unloaded while it was answering", null);
            }
            return Optional.of(ended.end());
        } else if (signal instanceof Signal.Failed failed) {
            generating = false;
            throw Problem.internal(failed.cause());
        }
        return Optional.empty();
    }

    /** Ends the answer with an error soon: its caller has lost the right to it. Any thread, returns at once. */
    public void revoke() {
        revoked = true;
        tokens.revoke();
    }

    private void checkRight() {
        if (revoked) {
            throw Problem.unauthorized("Your access has ended").withCode("access_ended");
        }
    }

    private void checkTime() {
        if (note.elapsed().compareTo(limit) > 0) {
            throw new Problem(
                    ProblemKind.TIMEOUT,
                    "request_timeout",
                    "The request took longer than " + limit.toSeconds() + " seconds",
                    null);
        }
    }

    private static Problem interrupted() {
        Thread.currentThread().interrupt();
        return Problem.unavailable("The server is stopping", null);
    }

    @Override
    public void close() {
        if (generating) {
            generation.cancel();
        }
        if (!lease.cancel(false) && !lease.isCompletedExceptionally()) {
            lease.join().close();
        }
    }
}
