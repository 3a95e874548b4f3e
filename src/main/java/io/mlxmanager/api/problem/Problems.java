package io.mlxmanager.api.problem;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.JsonException;
import jakarta.ws.rs.WebApplicationException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** From whatever was thrown to a {@link Problem} that may be shown; the only place that logs failed requests. */
public final class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class.getName());

    private Problems() {}

    /** The problem to answer with; its text comes from us, never from a foreign exception. */
    public static Problem of(Throwable failure) {
        Optional<Problem> known = inside(failure);
        if (known.isPresent()) {
            return known.get();
        }
        if (failure instanceof WebApplicationException refused) {
            ProblemKind kind = ProblemKind.ofStatus(refused.getResponse().getStatus());
            return new Problem(kind, kind.code(), explain(kind), failure);
        }
        if (failure instanceof JsonException) {
            return new Problem(ProblemKind.BAD_REQUEST, "invalid_json", "The request body is not valid JSON", failure);
        }
        return Problem.internal(failure);
    }

    /** The container tells no more than the status. */
    private static String explain(ProblemKind kind) {
        return kind == ProblemKind.UNSUPPORTED_MEDIA_TYPE
                ? "The body has a Content-Type that is not taken here, or none; most calls take application/json"
                : kind.title();
    }

    /** A fault of ours with its stack, once; a fault of the client only for those who look for it. */
    public static void log(Problem problem, String requestId, String method, String path) {
        if (problem.status() >= 500) {
            Throwable origin = problem.getCause() == null ? problem : problem.getCause();
            LOG.log(Level.SEVERE, origin, () -> requestId + ": " + method + " " + path + " failed: " + problem.code());
        } else {
            LOG.log(Level.FINE, problem, () -> requestId + ": " + method + " " + path + ": " + problem.status());
        }
    }

    /** The server wraps what a body reader throws. */
    private static Optional<Problem> inside(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof Problem problem) {
                return Optional.of(problem);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
