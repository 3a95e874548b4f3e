package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.TokenConstraint;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The server's end of a generation in a worker. What the worker reports is heard in order: on the thread that reads, or, where
 * a grammar is followed, on the one that follows grammars, because a mask may take longer than other streams can wait.
 */
final class WorkerGeneration implements Generation {

    private final long number;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Consumer<Request> worker;
    private final Executor order;
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param worker hears what is asked of the generation
     * @param grammars where masks are made, one after the other
     */
    WorkerGeneration(
            long number,
            GenerationRequest request,
            GenerationListener listener,
            Consumer<Request> worker,
            Executor grammars) {
        this.number = number;
        this.request = request;
        this.listener = listener;
        this.worker = worker;
        this.order = request.constraint().isPresent() ? grammars : Runnable::run;
    }

    /** Once, after the worker was told of it. */
    void begin() {
        request.constraint().ifPresent(constraint -> order.execute(() -> mask(constraint)));
    }

    /** Something that the worker says of this generation. */
    void hear(Report report) {
        order.execute(() -> {
            if (!over.get()) {
                tell(report);
            }
        });
    }

    private void tell(Report report) {
        if (report instanceof Report.Token token) {
            token(token);
        } else if (report instanceof Report.Begun begun) {
            listener.started(begun.cachedTokens());
        } else if (report instanceof Report.PromptToken of) {
            listener.promptToken(of.logprobs());
        } else if (report instanceof Report.Finished finished) {
            finish(finished.end());
        } else if (report instanceof Report.Failed failed) {
            fail(failed.failure().exception());
        }
    }

    private void token(Report.Token token) {
        request.constraint().ifPresent(constraint -> constraint.accept(token.id()));
        if (token.logprobs().isPresent()) {
            listener.token(token.id(), token.logprobs().get());
        } else {
            listener.token(token.id());
        }
        request.constraint().ifPresent(this::goOn);
    }

    private void goOn(TokenConstraint constraint) {
        if (constraint.complete()) {
            worker.accept(new Request.Cancel(number));
            finish(GenerationEnd.STOP);
        } else {
            mask(constraint);
        }
    }

    private void mask(TokenConstraint constraint) {
        if (over.get()) {
            return;
        }
        try {
            worker.accept(Request.Mask.of(number, constraint.mask()));
        } catch (RuntimeException e) {
            worker.accept(new Request.Cancel(number));
            fail(e);
        }
    }

    private void finish(GenerationEnd end) {
        if (over.compareAndSet(false, true)) {
            listener.finished(end);
        }
    }

    /** Nothing more will be heard of it. Any thread. */
    void fail(RuntimeException reason) {
        if (over.compareAndSet(false, true)) {
            listener.failed(reason);
        }
    }

    /** The engine ends, and it with it. Any thread. */
    void end() {
        finish(GenerationEnd.CANCELLED);
    }

    @Override
    public void cancel() {
        worker.accept(new Request.Cancel(number));
    }

    @Override
    public void allow(int maxTokens) {
        worker.accept(new Request.Allow(number, maxTokens));
    }
}
