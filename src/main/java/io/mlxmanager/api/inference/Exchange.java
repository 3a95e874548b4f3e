package io.mlxmanager.api.inference;

import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.problem.Problems;
import io.mlxmanager.api.problem.RequestId;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.serve.generate.RequestRecord;
import io.mlxmanager.serve.threads.ServerThreads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * What belongs to one HTTP request for inference, until it is answered or refused: one of both happens, and one audit row,
 * whatever comes of it. Any thread.
 *
 * @param note becomes the audit row
 */
public record Exchange(String requestId, String path, Caller caller, AsyncResponse response, RequestRecord note) {

    /** A request that has just arrived. */
    public static Exchange of(
            HttpServletRequest http, SecurityContext security, AsyncResponse response, AuditLog audit) {
        String requestId = RequestId.of(http);
        String path = ProblemMapper.path(http);
        Caller caller = CallerSecurityContext.caller(security);
        RequestRecord note = new RequestRecord(
                audit::append,
                AuditEntry.inference(requestId, path)
                        .caller(caller.userIdOrNull(), caller.keyId(), http.getRemoteAddr()));
        return new Exchange(requestId, path, caller, response, note);
    }

    /**
     * Reads and checks the request here, and answers it on another thread; whatever either throws is a refusal.
     *
     * @param reading returns what answers
     */
    public void begin(ServerThreads threads, Supplier<Runnable> reading) {
        try {
            Runnable answering = reading.get();
            threads.run(() -> refusable(answering));
        } catch (RejectedExecutionException e) {
            refuse(Problem.unavailable("Too many requests are running", e));
        } catch (RuntimeException e) {
            refuse(Problems.of(e));
        }
    }

    private void refusable(Runnable answering) {
        try {
            answering.run();
        } catch (RuntimeException e) {
            refuse(Problems.of(e));
        }
    }

    private void refuse(Problem problem) {
        note.failed(problem);
        response.resume(ProblemMapper.answer(problem, requestId, "POST", path).build());
    }

    /**
     * Begins an answer.
     *
     * @param ignored fields of the request that have no effect, of which a header tells
     */
    public static Response.ResponseBuilder answer(Object body, String type, List<String> ignored) {
        Response.ResponseBuilder answer = Response.ok(body, type).header(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!ignored.isEmpty()) {
            answer.header("Warning", "299 - \"ignored: " + String.join(", ", ignored) + "\"");
        }
        return answer;
    }
}
