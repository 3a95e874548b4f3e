package io.mlxmanager.api.models;

import io.mlxmanager.api.audit.SecurityTrail;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.base.config.HttpConfig;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.library.ModelLibrary;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Models that are sent from a browser: begun with all names and sizes, then part by part, then completed or cancelled. */
@Path("/uploads")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class UploadsResource {

    private static final int MAX_ID = 200;
    private static final long USUAL_PART = 8 << 20;

    private final ModelLibrary library;
    private final SecurityTrail trail;
    private final long largestPart;

    @Inject
    public UploadsResource(ModelLibrary library, SecurityTrail trail, HttpConfig http) {
        this.library = library;
        this.trail = trail;
        this.largestPart = Math.min(USUAL_PART, http.maxBody().bytes());
    }

    /** {@code {model_id, files: {name: bytes}}}; answers with the upload's name and how large its parts may be. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("admin")
    public Response begin(JsonFields body) {
        String model = body.requiredString("model_id", MAX_ID);
        JsonObject files = body.optionalJson("files").orElse(JsonObject.EMPTY_JSON_OBJECT);
        body.end();
        String id = library.beginUpload(model, sizes(files));
        JsonObject begun = Json.createObjectBuilder()
                .add("upload_id", id)
                .add("part_bytes", largestPart)
                .build();
        return Response.status(Response.Status.CREATED).entity(begun).build();
    }

    /** The bytes of a file from {@code offset} on. */
    @PUT
    @Path("/{id}/files/{name: .+}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @RolesAllowed("admin")
    public void append(
            @PathParam("id") String id,
            @PathParam("name") String name,
            @QueryParam("offset") @DefaultValue("0") long offset,
            InputStream part) {
        library.appendUpload(id, name, offset, part);
    }

    /** Makes the model of what has arrived. */
    @POST
    @Path("/{id}/complete")
    @RolesAllowed("admin")
    public Response complete(
            @PathParam("id") String id, @Context SecurityContext security, @Context HttpServletRequest request) {
        String modelId = library.uploadedModel(id);
        long actor = CallerSecurityContext.caller(security).userId();
        CatalogModel model = trail.record(request, "model.imported", actor, modelId, () -> library.completeUpload(id));
        JsonObject made = Json.createObjectBuilder().add("model_id", model.id()).build();
        return Response.status(Response.Status.CREATED).entity(made).build();
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed("admin")
    public void cancel(@PathParam("id") String id) {
        library.cancelUpload(id);
    }

    private static Map<String, Long> sizes(JsonObject files) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        files.forEach((name, size) -> {
            if (!(size instanceof JsonNumber number) || !number.isIntegral()) {
                throw InvalidInput.of("files", "must give the bytes of each file, a whole number");
            }
            sizes.put(name, number.longValue());
        });
        return sizes;
    }
}
