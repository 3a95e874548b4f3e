package io.mlxmanager.api.openai;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.serve.generate.RunningRequests;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/** {@code POST /v1/requests/{id}/cancel}: ends an answer that is being made. */
@Path("/requests")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class RequestsResource {

    private final RunningRequests running;

    @Inject
    public RequestsResource(RunningRequests running) {
        this.running = running;
    }

    /**
     * One's own requests, or anybody's for administrators; the answer itself ends with an error that says so.
     *
     * @param id of the request ({@code X-Request-ID}) or of its answer
     * @throws Problem 404 when no such request of the caller's is running
     */
    @POST
    @Path("{id}/cancel")
    @Authenticated
    public JsonObject cancel(@PathParam("id") String id, @Context SecurityContext security) {
        Caller caller = CallerSecurityContext.caller(security);
        boolean all = caller.isAdmin() && caller.key().isEmpty();
        if (running.cancel(id, tenant -> all || tenant.equals(caller.tenant())) == 0) {
            throw Problem.notFound("No such request of yours is running").withCode("request_not_found");
        }
        return Json.createObjectBuilder().add("id", id).add("cancelled", true).build();
    }
}
