package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.response.Responses;
import io.mlxmanager.manage.response.StoredResponse;
import io.mlxmanager.protocol.openai.responses.ResponsesReader;
import io.mlxmanager.protocol.openai.responses.ResponsesRequest;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.time.Clock;

/** {@code /v1/responses}: answers that the server remembers, so that a caller need not send a conversation again. */
@Path("/responses")
@Dependent
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class ResponsesResource {

    private final ChatDoor door;
    private final Responses responses;
    private final ResponsesReader reader = new ResponsesReader();
    private final Clock clock = Clock.systemUTC();

    @Inject
    public ResponsesResource(ChatDoor door, Responses responses) {
        this.door = door;
        this.responses = responses;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public void create(
            InputStream body,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        Caller caller = CallerSecurityContext.caller(security);
        door.serve(body, text -> call(text, caller), http, security, response);
    }

    private ResponseCall call(String body, Caller caller) {
        ResponsesRequest request = reader.read(body, id -> conversation(stored(caller, id)));
        return new ResponseCall(
                request,
                clock.instant(),
                (finished, input) -> responses.put(caller.userIdOrNull(), new StoredResponse(finished, input)));
    }

    /** What the next turn of a conversation begins with. */
    private static JsonArray conversation(StoredResponse stored) {
        JsonArrayBuilder items = Json.createArrayBuilder(stored.input());
        stored.response().getJsonArray("output").forEach(items::add);
        return items.build();
    }

    /** @throws Problem 404 for a response that is not the caller's, has expired or was not stored */
    @GET
    @Path("{id}")
    @Authenticated
    public JsonObject one(@PathParam("id") String id, @Context SecurityContext security) {
        return stored(CallerSecurityContext.caller(security), id).response();
    }

    /** The items that led to a response. */
    @GET
    @Path("{id}/input_items")
    @Authenticated
    public JsonObject input(@PathParam("id") String id, @Context SecurityContext security) {
        JsonArray items = stored(CallerSecurityContext.caller(security), id).input();
        return Json.createObjectBuilder()
                .add("object", "list")
                .add("data", items)
                .add("has_more", false)
                .build();
    }

    @DELETE
    @Path("{id}")
    @Authenticated
    public JsonObject delete(@PathParam("id") String id, @Context SecurityContext security) {
        if (!responses.remove(CallerSecurityContext.caller(security).userIdOrNull(), id)) {
            throw unknown();
        }
        return Json.createObjectBuilder()
                .add("id", id)
                .add("object", "response")
                .add("deleted", true)
                .build();
    }

    private StoredResponse stored(Caller caller, String id) {
        return responses.find(caller.userIdOrNull(), id).orElseThrow(ResponsesResource::unknown);
    }

    private static Problem unknown() {
        return new Problem(
                ProblemKind.NOT_FOUND,
                "response_not_found",
                "There is no such response of yours, or it has expired",
                null);
    }
}
