package io.mlxmanager.api.problem;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers every failure of both JAX-RS applications, those of the container (404, 405, 415) included. */
@Provider
public final class ProblemMapper implements ExceptionMapper<Throwable> {

    private final HttpServletRequest request;

    public ProblemMapper(@Context HttpServletRequest request) {
        this.request = request;
    }

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException answer
                && answer.getResponse().getStatus() < 400) {
            return answer.getResponse();
        }
        Response.ResponseBuilder response =
                answer(Problems.of(failure), RequestId.of(request), request.getMethod(), path(request));
        if (failure instanceof WebApplicationException refused
                && refused.getResponse().getHeaderString(HttpHeaders.ALLOW) != null) {
            response.header(HttpHeaders.ALLOW, refused.getResponse().getHeaderString(HttpHeaders.ALLOW));
        }
        return response.build();
    }

    /**
     * The answer to a problem, logged. For those who answer on a thread of their own, where the container may take another
     * request for the current one.
     *
     * @param path within the application; it decides about the format
     */
    public static Response.ResponseBuilder answer(Problem problem, String requestId, String method, String path) {
        Problems.log(problem, requestId, method, path);
        ErrorFormat format = ErrorFormat.ofPath(path);
        Response.ResponseBuilder response = Response.status(format.status(problem))
                .type(format.mediaType())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(format.body(problem, requestId, path).toString());
        problem.headers().forEach(response::header);
        if (problem.kind() == ProblemKind.UNAUTHORIZED) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response;
    }

    /** Path within the application, without the query, which may hold a token. */
    public static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
