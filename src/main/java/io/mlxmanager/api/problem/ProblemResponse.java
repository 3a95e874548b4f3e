package io.mlxmanager.api.problem;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes a problem where JAX-RS is not in charge: before it, or in front of a WebSocket. */
public final class ProblemResponse {

    /** Close code of a WebSocket refused for reasons of policy; named in the body since there is no socket yet. */
    private static final int POLICY_VIOLATION = 1008;

    private ProblemResponse() {}

    /** Sets status, headers and body, and leaves the flushing to the container. */
    public static void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        String path = ProblemMapper.path(request);
        String id = RequestId.of(request, response);
        Problems.log(problem, id, request.getMethod(), path);
        ErrorFormat format = ErrorFormat.ofPath(path);
        JsonObject body = format.body(problem, id, path);
        if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            JsonObjectBuilder named = Json.createObjectBuilder(body).add("close_code", POLICY_VIOLATION);
            body = named.build();
        }
        response.setStatus(format.status(problem));
        response.setContentType(format.mediaType());
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        problem.headers().forEach(response::setHeader);
        if (problem.kind() == ProblemKind.UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        response.getWriter().write(body.toString());
    }
}
