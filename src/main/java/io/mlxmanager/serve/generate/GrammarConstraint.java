package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.constraint.AllowedTokens;
import io.mlxmanager.chat.constraint.Matcher;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenMask;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Keeps one sequence to a grammar. The engine thread only follows the tokens; a mask that nobody has needed before is made
 * beside the next step, and waited for only when the step was faster.
 */
final class GrammarConstraint implements TokenConstraint {

    private final Matcher matcher;
    private final Executor beside;
    private FutureTask<AllowedTokens> coming;

    /** @param beside makes masks; may drop the task, which is done when it is needed then */
    GrammarConstraint(Matcher matcher, Executor beside) {
        this.matcher = matcher;
        this.beside = beside;
        prepare();
    }

    private void prepare() {
        coming = new FutureTask<>(matcher.allowedLater());
        if (!matcher.isAllowedKnown()) {
            try {
                beside.execute(coming);
            } catch (RejectedExecutionException e) {
                // The server is busy: the engine thread makes the mask itself.
                return;
            }
        }
    }

    @Override
    public boolean allows(int id) {
        return matcher.allows(id);
    }

    @Override
    public TokenMask mask() {
        AllowedTokens allowed = matcher.isAllowedKnown() ? matcher.allowed() : waited();
        return allowed.isMany() ? TokenMask.many(allowed.many()) : TokenMask.few(allowed.few());
    }

    private AllowedTokens waited() {
        coming.run();
        try {
            return coming.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the allowed tokens could not be found", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void accept(int id) {
        matcher.accept(id);
        prepare();
    }

    @Override
    public boolean complete() {
        return matcher.isComplete();
    }
}
