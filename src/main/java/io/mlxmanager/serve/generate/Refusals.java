package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Overloaded;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.engine.EngineLostException;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.serve.pool.ContextTooLongException;
import io.mlxmanager.serve.pool.CrashingModelException;
import io.mlxmanager.serve.pool.EngineUnavailableException;
import io.mlxmanager.serve.pool.PoolFullException;
import java.util.concurrent.CancellationException;

/** Why a model could not be had, in words for the client. */
public final class Refusals {

    private Refusals() {}

    public static Problem problem(Throwable reason) {
        if (reason instanceof Problem known) {
            return known;
        }
        if (reason instanceof EngineUnavailableException none) {
            return new Problem(
                    ProblemKind.UNAVAILABLE, "no_local_engine", "No local engine: " + none.getMessage(), none);
        }
        if (reason instanceof EngineLostException lost) {
            return new Problem(
                    ProblemKind.UNAVAILABLE,
                    "engine_lost",
                    lost.getMessage() + " while it was working on this; another one is being started, so ask again",
                    lost);
        }
        if (reason instanceof CrashingModelException crashing) {
            return new Overloaded("model_crashes_engine", crashing.getMessage(), crashing.retryAfter());
        }
        if (reason instanceof ContextTooLongException tooLong) {
            return new Problem(ProblemKind.BAD_REQUEST, "context_length_exceeded", tooLong.getMessage(), tooLong);
        }
        if (reason instanceof PoolFullException full) {
            return new Problem(ProblemKind.UNAVAILABLE, "insufficient_memory", full.getMessage(), full);
        }
        if (reason instanceof ModelFormatException broken) {
            return new Problem(
                    ProblemKind.INTERNAL,
                    "model_not_loadable",
                    "The model cannot be loaded: " + broken.getMessage(),
                    broken);
        }
        if (reason instanceof GrammarException form) {
            return form.path().isEmpty()
                    ? new Problem(
                            ProblemKind.BAD_REQUEST,
                            "unsupported_value",
                            "The form that is asked for " + form.getMessage(),
                            form)
                    : new WrongField(new FieldError(form.path(), form.path() + " " + form.getMessage()));
        }
        if (reason instanceof CancellationException stopping) {
            return Problem.unavailable("The server is stopping", stopping);
        }
        return Problem.internal(reason);
    }
}
