package io.mlxmanager.api.servers;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.api.sse.EventStreams;
import io.mlxmanager.base.config.ServerConfig;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.serve.generate.ClientGoneException;
import io.mlxmanager.serve.health.MachineMemory;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.server.ProfileServers;
import io.mlxmanager.serve.server.ServerStatus;
import io.mlxmanager.serve.server.ServerStatus.Phase;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Profiles that run: "server" is the word of the page for a profile whose model is in memory. */
@Path("/servers")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ServersResource {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private static final int MOST_SECONDS = 3600;

    private final ProfileServers servers;
    private final ModelPool pool;
    private final ServerConfig config;
    private final EventStreams streams;
    private final CallerWatch watch;
    private final Clock clock = Clock.systemUTC();

    @Inject
    public ServersResource(
            ProfileServers servers, ModelPool pool, ServerConfig config, EventStreams streams, CallerWatch watch) {
        this.servers = servers;
        this.pool = pool;
        this.config = config;
        this.streams = streams;
        this.watch = watch;
    }

    @GET
    @Authenticated
    public JsonArray all() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        long machine = MachineMemory.now().total();
        for (ServerStatus status : servers.running()) {
            list.add(new ServerView(status).row(config.port(), machine, pool.memoryLimit(), clock.instant()));
        }
        return list.build();
    }

    /** Returns at once; the status call and the event stream tell how it goes on. */
    @POST
    @Path("/{id}/start")
    @Authenticated
    public JsonObject start(@PathParam("id") String id, @Context SecurityContext security) {
        tryAgain(id, security);
        boolean there = servers.status(number(id)).phase() == Phase.READY;
        ServerStatus status = servers.start(number(id));
        return Json.createObjectBuilder()
                .add("status", there ? "already_loaded" : "loading")
                .add("state", new ServerView(status).word())
                .add("model", status.profile().settings().modelId())
                .add("pid", ProcessHandle.current().pid())
                .build();
    }

    @POST
    @Path("/{id}/stop")
    @Authenticated
    public JsonObject stop(@PathParam("id") String id, @QueryParam("wait_seconds") String wait) {
        ServerStatus status = servers.stop(number(id), patience(wait));
        return told(status, "The model leaves memory as soon as running answers have ended");
    }

    @POST
    @Path("/{id}/restart")
    @Authenticated
    public JsonObject restart(
            @PathParam("id") String id, @QueryParam("wait_seconds") String wait, @Context SecurityContext security) {
        tryAgain(id, security);
        ServerStatus status = servers.restart(number(id), patience(wait));
        return told(status, "The model is loaded again as soon as running answers have ended");
    }

    /** What an administrator starts is tried also when it was refused because the engine kept ending with it. */
    private void tryAgain(String id, SecurityContext security) {
        if (CallerSecurityContext.caller(security).isAdmin()) {
            pool.pardon(servers.status(number(id)).profile().settings().modelId());
        }
    }

    private static JsonObject told(ServerStatus status, String message) {
        return Json.createObjectBuilder()
                .add("success", true)
                .add("message", message)
                .add("state", new ServerView(status).word())
                .build();
    }

    @GET
    @Path("/{id}/status")
    @Authenticated
    public JsonObject status(@PathParam("id") String id) {
        return new ServerView(servers.status(number(id))).detail(clock.instant());
    }

    @GET
    @Path("/{id}/health")
    @Authenticated
    public JsonObject health(@PathParam("id") String id) {
        long began = System.nanoTime();
        ServerStatus status = servers.status(number(id));
        var json = Json.createObjectBuilder()
                .add("status", status.phase() == Phase.FAILED ? "unhealthy" : "healthy")
                .add("model_loaded", status.phase() == Phase.READY)
                .add("state", new ServerView(status).word());
        status.reason().ifPresentOrElse(reason -> json.add("error", reason), () -> json.addNull("error"));
        return json.add("response_time_ms", (System.nanoTime() - began) / 1e6).build();
    }

    /** The present state and every change, as events; ends with {@code [DONE]} once it is ready, stopped or failed. */
    @GET
    @Path("/{id}/events")
    @Authenticated
    @QueryTokenAllowed
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void events(
            @PathParam("id") String id, @Context SecurityContext security, @Suspended AsyncResponse response) {
        Caller caller = CallerSecurityContext.caller(security);
        long profile = number(id);
        servers.status(profile);
        streams.open(response, events -> stream(events, profile, caller));
    }

    private void stream(EventStream events, long profile, Caller caller) {
        AtomicBoolean ended = new AtomicBoolean();
        try (CallerWatch.Watch watched = watch.watch(caller, () -> ended.set(true))) {
            String last = "";
            long spoke = System.nanoTime();
            while (!ended.get()) {
                long seen = servers.version();
                ServerStatus status = servers.status(profile);
                ServerView view = new ServerView(status);
                String now = view.word() + " " + view.progress();
                if (!now.equals(last)) {
                    events.data(view.detail(clock.instant()).toString());
                    last = now;
                    spoke = System.nanoTime();
                }
                if (status.settled()) {
                    break;
                }
                servers.awaitChange(seen, GLANCE);
                if (System.nanoTime() - spoke >= KEEP_ALIVE.toNanos()) {
                    events.comment("keep-alive");
                    spoke = System.nanoTime();
                }
            }
            events.data("[DONE]");
        } catch (ClientGoneException e) {
            // Whoever watched has gone; nothing else depended on it.
            return;
        } catch (Problem e) {
            // The profile was deleted meanwhile.
            events.data("[DONE]");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration patience(String wait) {
        if (wait == null) {
            return ProfileServers.PATIENCE;
        }
        try {
            int seconds = Integer.parseInt(wait);
            if (seconds >= 0 && seconds <= MOST_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message that shows the bounds.
        }
        throw InvalidInput.of("wait_seconds", "must be between 0 and " + MOST_SECONDS);
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw Problem.notFound("Profile not found").withCode("profile_not_found");
        }
    }
}
