package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.engine.Share;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.generate.TokenQueue.Heard;
import io.mlxmanager.serve.generate.TokenQueue.Signal;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.queue.QueuePlace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The answers to one request on their way: waits for the model, generates, hands out events. Used by the one thread that
 * serves the request, except where another is named; closing it, at any moment, cancels what is running and gives the model
 * back.
 */
public final class ChatRun implements AutoCloseable {

    /** A silent stream shows itself alive this often. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** So often somebody who waits is told their place, and asked whether they still may. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    /** Who waits longer than this hears the first time that he waits. */
    private static final Duration SOON = Duration.ofMillis(200);

    private final Plan plan;
    private final Entrance entrance;
    private final QueuePlace place;
    private final ModelPool pool;
    private final OptionalInt contextLimit;
    private final Duration limit;
    private final Share share;
    private final RequestRecord note;
    private final ConstraintLibrary constraints;
    private final TokenQueue tokens = new TokenQueue();
    private final Optional<CatalogModel> draft;
    private Optional<Beginning> beginning = Optional.empty();
    private List<Choice> choices = List.of();
    private boolean started;
    private volatile boolean revoked;
    private volatile boolean cancelled;

    /** @param draft a smaller model that guesses how answers go on */
    ChatRun(
            Plan plan,
            Entrance entrance,
            ModelPool pool,
            Optional<CatalogModel> draft,
            OptionalInt contextLimit,
            Duration limit,
            Share share,
            RequestRecord note,
            ConstraintLibrary constraints) {
        this.plan = plan;
        this.entrance = entrance;
        this.place = entrance.place();
        this.pool = pool;
        this.draft = draft;
        this.contextLimit = contextLimit;
        this.limit = limit;
        this.share = share;
        this.note = note;
        this.constraints = constraints;
    }

    /**
     * Waits a moment for the model and for room to answer, so that what stands against the request can still be told by a
     * status.
     *
     * @return whether both are there
     * @throws Problem when it will not come, or the prompt does not fit it
     */
    public boolean awaitModel(Duration patience) {
        try {
            ModelLease granted = entrance.lease().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (beginning.isEmpty()) {
                Beginning counted = new Beginning(plan, granted.model(), contextLimit, share, constraints);
                beginning = Optional.of(counted);
                ModelLease first = granted;
                granted = entrance.exchange(() -> pool.withRoom(first, share, counted.contexts()))
                        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (choices.isEmpty()) {
                if (draft.isPresent()) {
                    DraftLending.lend(
                            pool, granted, draft.get(), beginning.get().contexts());
                }
                choices = beginning.get().begin(granted, pool, tokens);
                note.usage(usage());
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

    /** The turn at which the request comes, from 1; 0 when the engine has begun with it. */
    int place() {
        return place.now();
    }

    /** How many answers there will be. */
    public int answers() {
        return plan.answers();
    }

    /** Of all answers together: each prompt counts once, however many answers it gets. */
    public Usage usage() {
        int prompt = 0;
        int completion = 0;
        int reasoning = 0;
        int cached = 0;
        for (int i = 0; i < choices.size(); i++) {
            Usage one = choices.get(i).usage();
            boolean first = i % plan.choices().count() == 0;
            prompt += first ? one.prompt() : 0;
            cached += first ? one.cached() : 0;
            completion += one.completion();
            reasoning += one.reasoning();
        }
        return new Usage(prompt, completion, reasoning, cached);
    }

    /**
     * Sends the whole answers, the {@code Finished} event of each last.
     *
     * @throws Problem when they cannot be given or completed
     * @throws ClientGoneException when the sink says so
     */
    public void answer(AnswerSink sink) {
        Duration patience = SOON;
        while (!awaitModel(patience)) {
            checkTime();
            checkRight();
            sink.queued(place.now());
            patience = GLANCE;
        }
        try {
            while (choices.stream().anyMatch(Choice::running)) {
                checkTime();
                int turn = place.now();
                Optional<Heard> heard = tokens.next(turn == 0 ? HEARTBEAT : patience);
                if (heard.isPresent()) {
                    handle(heard.get(), sink);
                } else if (turn == 0) {
                    sink.idle();
                } else {
                    checkRight();
                    sink.queued(turn);
                    patience = GLANCE;
                }
            }
            note.success(choices.get(0).reason());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void handle(Heard heard, AnswerSink sink) {
        checkRight();
        if (heard.signal() instanceof Signal.Nudge) {
            return;
        }
        var events = choices.get(heard.choice()).hear(heard.signal());
        note.usage(usage());
        if (heard.signal() instanceof Signal.Started && !started) {
            started = true;
            place.begun();
            note.started();
            sink.started(usage());
        } else if (heard.signal() instanceof Signal.Token) {
            note.token();
        }
        events.forEach(event -> sink.event(heard.choice(), event));
    }

    /** Ends the answer with an error soon: its caller has lost the right to it. Any thread, returns at once. */
    public void revoke() {
        revoked = true;
        tokens.nudge();
    }

    /** Ends the answer with an error soon: somebody who may has asked for it. Any thread, returns at once. */
    public void cancel() {
        cancelled = true;
        tokens.nudge();
    }

    private void checkRight() {
        if (revoked) {
            throw Problem.unauthorized("Your access has ended").withCode("access_ended");
        }
        if (cancelled) {
            note.cancelled();
            throw Problem.conflict("The request was cancelled").withCode("request_cancelled");
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
        try (entrance) {
            choices.forEach(Choice::close);
        }
    }
}
