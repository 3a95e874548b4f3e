package io.mlxmanager.api.tools;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.serve.tools.DemoTools;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The demo tools: what they are called and take, and the running of one. */
@Path("/mcp")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ToolsResource {

    private static final int MAX_NAME = 100;

    private final DemoTools tools;

    @Inject
    public ToolsResource(DemoTools tools) {
        this.tools = tools;
    }

    /** Declarations as a chat request takes them in {@code tools}. */
    @GET
    @Path("/tools")
    @Authenticated
    public JsonArray list() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        tools.declarations().forEach(list::add);
        return list.build();
    }

    /**
     * Runs {@code name} with {@code arguments}. A tool that does not exist or cannot do it answers {@code {"error": …}}
     * with status 200: it is the model that called, and the model should read why.
     */
    @POST
    @Path("/execute")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public JsonObject execute(JsonFields body) {
        String name = body.requiredString("name", MAX_NAME);
        JsonFields arguments =
                body.optionalObject("arguments").orElseGet(() -> JsonFields.of(JsonValue.EMPTY_JSON_OBJECT));
        body.end();
        return tools.execute(name, arguments);
    }
}
