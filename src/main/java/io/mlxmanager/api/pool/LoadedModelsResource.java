package io.mlxmanager.api.pool;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import io.mlxmanager.serve.server.ProfileServers;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;

/** Bringing a model into memory ahead of the first request, keeping it there, and letting go of it. */
@Path("/pool")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class LoadedModelsResource {

    private static final int MAX_NAME = 255;

    private final ModelPool pool;
    private final ModelRouter router;

    @Inject
    public LoadedModelsResource(ModelPool pool, ModelRouter router) {
        this.pool = pool;
        this.router = router;
    }

    /**
     * Answers once the model, or that of the profile, is in memory; the event stream tells how far it is. An administrator may
     * thereby try one again that was refused because the engine kept ending with it.
     */
    @POST
    @Path("/load")
    @Authenticated
    public void load(JsonFields body, @Context SecurityContext security, @Suspended AsyncResponse response) {
        Route route = router.resolve(name(body));
        if (CallerSecurityContext.caller(security).isAdmin()) {
            pool.pardon(route.model().id());
        }
        var unused = pool.acquire(route.model(), keepAlive(route), route.contextLength())
                .whenComplete((lease, failure) -> {
                    if (lease != null) {
                        lease.close();
                        response.resume(state(route.model().id(), "ready"));
                    } else {
                        response.resume(Refusals.problem(cause(failure)));
                    }
                });
    }

    /** Running answers may end first; those that take longer than half a minute are ended with an error. */
    @POST
    @Path("/unload")
    @Authenticated
    public JsonObject unload(JsonFields body) {
        String id = loaded(name(body));
        pool.pin(id, false);
        pool.unload(id, ProfileServers.PATIENCE);
        return state(id, "unloading");
    }

    /** Keeps a model in memory until it is let go, unloaded, or the server stops. */
    @POST
    @Path("/pin")
    @Authenticated
    public JsonObject pin(JsonFields body) {
        String name = body.requiredString("model_id", MAX_NAME);
        boolean pinned = body.optionalBoolean("pinned").orElse(true);
        body.end();
        String id = loaded(name);
        pool.pin(id, pinned);
        return Json.createObjectBuilder()
                .add("model_id", id)
                .add("preloaded", pinned)
                .build();
    }

    /** A model that stays for no time after an answer would be gone again before the first one. */
    private static OptionalInt keepAlive(Route route) {
        OptionalInt said = route.profile()
                .map(profile -> profile.settings().keepAliveSeconds())
                .orElseGet(OptionalInt::empty);
        return said.isPresent() && said.getAsInt() == 0 ? OptionalInt.empty() : said;
    }

    private static String name(JsonFields body) {
        String name = body.requiredString("model_id", MAX_NAME);
        body.end();
        if (name.isBlank()) {
            throw InvalidInput.of("model_id", "must not be empty");
        }
        return name;
    }

    private String loaded(String id) {
        if (pool.loadedModel(id).isEmpty()) {
            throw Problem.notFound("This model is not in memory").withCode("model_not_loaded");
        }
        return id;
    }

    private static JsonObject state(String id, String word) {
        return Json.createObjectBuilder().add("model_id", id).add("state", word).build();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
