package io.mlxmanager.api.models;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.manage.download.Downloads;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The downloads that may still become complete. */
@Path("/models/downloads")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ActiveDownloadsResource {

    private final Downloads downloads;

    @Inject
    public ActiveDownloadsResource(Downloads downloads) {
        this.downloads = downloads;
    }

    /** Each with {@code needs_resume}, which is always false: what is not paused goes on by itself. */
    @GET
    @Path("/active")
    @Authenticated
    public JsonArray active() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        downloads
                .active()
                .forEach(state -> list.add(Json.createObjectBuilder(new DownloadView(state).toJson())
                        .add("needs_resume", false)));
        return list.build();
    }
}
