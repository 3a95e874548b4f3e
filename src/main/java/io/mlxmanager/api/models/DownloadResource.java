package io.mlxmanager.api.models;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.api.sse.EventStreams;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.download.DownloadState;
import io.mlxmanager.manage.download.Downloads;
import io.mlxmanager.manage.download.ProgressFeed;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.serve.fit.FitCheck;
import io.mlxmanager.serve.generate.ClientGoneException;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.concurrent.atomic.AtomicBoolean;

/** Downloads of models. A path names one by its number or by its task; watching one never moves it. */
@Path("/models/download")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class DownloadResource {

    private static final int MAX_NAME = 200;

    private final Downloads downloads;
    private final FitCheck fits;
    private final EventStreams streams;
    private final CallerWatch watch;

    @Inject
    public DownloadResource(Downloads downloads, FitCheck fits, EventStreams streams, CallerWatch watch) {
        this.downloads = downloads;
        this.fits = fits;
        this.streams = streams;
        this.watch = watch;
    }

    @POST
    @Authenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public JsonObject start(JsonFields body) {
        String model = body.requiredString("model_id", MAX_NAME);
        body.end();
        fits.requireSupported(model);
        DownloadState state = downloads.start(model);
        return Json.createObjectBuilder()
                .add("task_id", state.taskId())
                .add("model_id", state.modelId())
                .add("download_id", state.id())
                .build();
    }

    @GET
    @Path("/{id}/status")
    @Authenticated
    public JsonObject status(@PathParam("id") String id) {
        return new DownloadView(downloads.find(id).orElseThrow(DownloadResource::unknown)).toJson();
    }

    /** Events without a name, one for each change, until the download has ended; a comment in silence. */
    @GET
    @Path("/{id}/progress")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Authenticated
    @QueryTokenAllowed
    public void progress(
            @PathParam("id") String id,
            @HeaderParam("Last-Event-ID") String lastEvent,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        ProgressFeed feed = downloads.observe(id).orElseThrow(DownloadResource::unknown);
        Caller caller = CallerSecurityContext.caller(security);
        streams.open(response, events -> observe(new ProgressStream(feed, lastEvent), events, caller));
    }

    @POST
    @Path("/{id}/pause")
    @Authenticated
    public JsonObject pause(@PathParam("id") String id) {
        return new DownloadView(downloads.pause(id)).changed().build();
    }

    @POST
    @Path("/{id}/resume")
    @Authenticated
    public JsonObject resume(@PathParam("id") String id) {
        return new DownloadView(downloads.resume(id)).changed().build();
    }

    @POST
    @Path("/{id}/cancel")
    @Authenticated
    public JsonObject cancel(@PathParam("id") String id) {
        Downloads.Cancelled cancelled = downloads.cancel(id);
        return new DownloadView(cancelled.state())
                .changed()
                .add("cleanup_success", cancelled.cleaned())
                .build();
    }

    private void observe(ProgressStream stream, EventStream events, Caller caller) {
        AtomicBoolean lost = new AtomicBoolean();
        try (CallerWatch.Watch watched = watch.watch(caller, () -> lost.set(true))) {
            stream.run(events, lost::get);
        } catch (ClientGoneException e) {
            // Nobody is left to tell; the download goes on without observers.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Problem unknown() {
        return Problem.notFound("Download not found").withCode("download_not_found");
    }
}
