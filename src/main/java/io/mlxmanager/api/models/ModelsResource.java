package io.mlxmanager.api.models;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.body.QueryFields;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.capability.Capabilities;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.catalog.ModelDisk;
import io.mlxmanager.manage.hub.HubProblem;
import io.mlxmanager.manage.hub.HubSearch;
import io.mlxmanager.serve.fit.Fit;
import io.mlxmanager.serve.fit.FitCheck;
import io.mlxmanager.serve.library.ModelCards;
import io.mlxmanager.serve.library.ModelLibrary;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.nio.file.InvalidPathException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Models on this machine and on the hub. What changes the disk for everybody is for administrators. */
@Path("/models")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource {

    private static final int MAX_TEXT = 200;
    private static final int MAX_PATH = 4000;
    private static final int MAX_LIMIT = 100;
    private static final int USUAL_LIMIT = 20;
    private static final double GIGABYTE = 1e9;

    private final HubSearch search;
    private final ModelCatalog catalog;
    private final ModelDisk disk;
    private final FitCheck fits;
    private final Capabilities capabilities;
    private final ModelLibrary library;
    private final ModelCards cards;
    private final SecurityTrail trail;

    @Inject
    public ModelsResource(
            HubSearch search,
            ModelCatalog catalog,
            ModelDisk disk,
            FitCheck fits,
            Capabilities capabilities,
            ModelLibrary library,
            ModelCards cards,
            SecurityTrail trail) {
        this.search = search;
        this.catalog = catalog;
        this.disk = disk;
        this.fits = fits;
        this.capabilities = capabilities;
        this.library = library;
        this.cards = cards;
        this.trail = trail;
    }

    /** Models on the hub, by downloads: {@code query}, {@code author}, {@code max_size_gb}, {@code limit}, {@code cursor}. */
    @GET
    @Path("/search")
    @Authenticated
    public Response search(@Context UriInfo uri) {
        QueryFields query = new QueryFields(uri.getQueryParameters());
        String text = query.text("query").orElse("");
        Optional<String> author = query.text("author");
        OptionalDouble maxGigabytes = query.decimal("max_size_gb", 0, 1e6);
        int limit = (int) query.number("limit", 1, MAX_LIMIT).orElse(USUAL_LIMIT);
        Optional<String> cursor = query.text("cursor");
        if (text.isBlank()) {
            query.fault("query", "is required");
        }
        query.end();
        OptionalLong maxBytes = maxGigabytes.isPresent()
                ? OptionalLong.of((long) (maxGigabytes.getAsDouble() * GIGABYTE))
                : OptionalLong.empty();
        HubSearch.Page page = search.find(new HubSearch.Query(text.strip(), author, maxBytes, limit, cursor));
        JsonArrayBuilder hits = Json.createArrayBuilder();
        page.models()
                .forEach(model ->
                        hits.add(ModelView.hit(model, catalog.find(model.id()).isPresent())));
        Response.ResponseBuilder response = Response.ok(hits.build());
        page.cursor().ifPresent(next -> response.header("X-Next-Cursor", next));
        return response.build();
    }

    /** The models on this machine, with what their configuration says. */
    @GET
    @Path("/local")
    @Authenticated
    public JsonArray local() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        catalog.all().forEach(model -> list.add(view(model)));
        return list.build();
    }

    /** The models on this machine, with what probes found out. */
    @GET
    @Path("/downloaded")
    @Authenticated
    public JsonArray downloaded() {
        Map<String, JsonObject> found = capabilities.all();
        JsonArrayBuilder list = Json.createArrayBuilder();
        catalog.all().forEach(model -> list.add(withCapabilities(model, found.get(model.id()))));
        return list.build();
    }

    /** The models on this machine that were probed. */
    @GET
    @Path("/capabilities")
    @Authenticated
    public JsonArray capabilities() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        capabilities
                .all()
                .forEach((id, found) -> catalog.find(id).ifPresent(model -> list.add(withCapabilities(model, found))));
        return list.build();
    }

    /** As one of {@link #capabilities()}, or {@code null} for a model that was not probed. */
    @GET
    @Path("/capabilities/{id: .+}")
    @Authenticated
    public JsonValue capabilities(@PathParam("id") String id) {
        Optional<JsonObject> found = capabilities.find(id);
        return catalog.find(id)
                .filter(model -> found.isPresent())
                .<JsonValue>map(model -> withCapabilities(model, found.get()).build())
                .orElse(JsonValue.NULL);
    }

    /** What config.json says, the local one first, else the hub's; 204 when it cannot be had. */
    @GET
    @Path("/config/{id: .+}")
    @Authenticated
    public Response config(@PathParam("id") String id) {
        try {
            return fits.characteristics(id)
                    .map(ModelView::characteristics)
                    .map(Response::ok)
                    .orElseGet(Response::noContent)
                    .build();
        } catch (HubProblem unknown) {
            if (unknown.code().equals("hub_not_found") || unknown.code().equals("hub_offline")) {
                return Response.noContent().build();
            }
            throw unknown;
        }
    }

    /** What its maker tells about it, in Markdown: the file beside the local one first, else the hub's; 204 when there is none. */
    @GET
    @Path("/card/{id: .+}")
    @Authenticated
    public Response card(@PathParam("id") String id) {
        return cards.find(id)
                .map(card -> Json.createObjectBuilder()
                        .add("model_id", id)
                        .add("markdown", card.markdown())
                        .add("page", card.page().toString())
                        .build())
                .map(Response::ok)
                .orElseGet(Response::noContent)
                .build();
    }

    /** Whether the engine can serve it. */
    @GET
    @Path("/detect-options/{id: .+}")
    @Authenticated
    public JsonObject detectOptions(@PathParam("id") String id) {
        Fit fit = fits.of(id);
        JsonObjectBuilder support = Json.createObjectBuilder().add("supported", fit.supported());
        if (!fit.supported()) {
            support.add("error", fit.reason());
        }
        return Json.createObjectBuilder()
                .add("model_family", fit.modelType())
                .add("recommended_options", JsonValue.EMPTY_JSON_OBJECT)
                .add("is_downloaded", catalog.find(id).isPresent())
                .add("version_support", support)
                .build();
    }

    /** Whether it can be run here, now, and with how long a context. */
    @GET
    @Path("/fit/{id: .+}")
    @Authenticated
    public JsonObject fit(@PathParam("id") String id) {
        return ModelView.fit(id, fits.of(id), catalog.find(id).isPresent());
    }

    /** Takes {@code path}, a folder or zip on the server's own disk, as the model {@code model_id}. */
    @POST
    @Path("/import")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public Response take(JsonFields body, @Context SecurityContext security, @Context HttpServletRequest request) {
        String path = body.requiredString("path", MAX_PATH);
        String id = body.requiredString("model_id", MAX_TEXT);
        body.end();
        CatalogModel model =
                trail.record(request, "model.imported", actor(security), id, () -> library.take(path(path), id));
        return Response.status(Response.Status.CREATED)
                .entity(view(model).build())
                .build();
    }

    /** Deletes the model's files and all that is known about it. */
    @DELETE
    @Path("/{id: .+/.+}")
    @RolesAllowed("admin")
    public JsonObject delete(
            @PathParam("id") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        trail.record(request, "model.deleted", actor(security), id, () -> {
            library.delete(id);
            return id;
        });
        return Json.createObjectBuilder().add("deleted", true).build();
    }

    private JsonObjectBuilder view(CatalogModel model) {
        return ModelView.local(model, disk.bytes(model), fits.characteristics(model));
    }

    private JsonObjectBuilder withCapabilities(CatalogModel model, JsonObject found) {
        JsonObjectBuilder view = view(model);
        return found == null ? view.addNull("capabilities") : view.add("capabilities", found);
    }

    private static long actor(SecurityContext security) {
        return CallerSecurityContext.caller(security).userId();
    }

    private static java.nio.file.Path path(String text) {
        try {
            return java.nio.file.Path.of(text);
        } catch (InvalidPathException e) {
            throw InvalidInput.of("path", "is no path on this server");
        }
    }
}
