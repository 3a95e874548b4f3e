package io.mlxmanager.api.openai;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.protocol.openai.ModelEntry;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.stream.Stream;

/** {@code GET /v1/models}: what may stand in the {@code model} field of a request. */
@Path("/models")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource {

    private final ModelRouter router;

    @Inject
    public ModelsResource(ModelRouter router) {
        this.router = router;
    }

    @GET
    @Authenticated
    public JsonObject all(@Context SecurityContext security) {
        Caller caller = CallerSecurityContext.caller(security);
        Stream<ModelEntry> models = router.available().stream()
                .filter(model -> caller.mayUse(model.id()))
                .map(ModelsResource::entry);
        Stream<ModelEntry> profiles = router.profiles().stream()
                .filter(profile -> ModelRouter.mayUse(caller, profile))
                .map(ModelsResource::entry);
        return ModelEntry.list(Stream.concat(models, profiles).toList());
    }

    /** @throws Problem 404 {@code model_not_found}; 403 when the key does not open it */
    @GET
    @Path("{id: .+}")
    @Authenticated
    public JsonObject one(@PathParam("id") String id, @Context SecurityContext security) {
        router.requireUse(CallerSecurityContext.caller(security), id);
        Route route = router.resolve(id);
        return route.profile()
                .map(ModelsResource::entry)
                .orElseGet(() -> entry(route.model()))
                .toJson();
    }

    private static ModelEntry entry(ProfileInfo profile) {
        return new ModelEntry(profile.requestName(), profile.createdAt(), "profile");
    }

    private static ModelEntry entry(CatalogModel model) {
        return new ModelEntry(model.id(), model.added(), model.owner());
    }
}
