package io.mlxmanager.api.probe;

import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.problem.Problems;
import io.mlxmanager.api.problem.RequestId;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.CallerWatch;
import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.api.sse.EventStreams;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.capability.Capabilities;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.serve.generate.ClientGoneException;
import io.mlxmanager.serve.health.ProductVersion;
import io.mlxmanager.serve.probe.ModelProbe;
import io.mlxmanager.serve.probe.ProbeEvent;
import io.mlxmanager.serve.probe.ProbeReport;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** What a model can do: asking it, with the steps as events, and what was found last. */
@Path("/models/probe")
@Dependent
public final class ProbeResource {

    private final ModelProbe probe;
    private final ModelRouter router;
    private final Capabilities capabilities;
    private final EventStreams streams;
    private final CallerWatch watch;
    private final Clock clock = Clock.systemUTC();

    @Inject
    public ProbeResource(
            ModelProbe probe, ModelRouter router, Capabilities capabilities, EventStreams streams, CallerWatch watch) {
        this.probe = probe;
        this.router = router;
        this.capabilities = capabilities;
        this.streams = streams;
        this.watch = watch;
    }

    /** The kinds of models that can be probed. */
    @GET
    @Path("supported-types")
    @Authenticated
    @Produces(MediaType.APPLICATION_JSON)
    public JsonArray supportedTypes() {
        return Json.createArrayBuilder()
                .add(ModelType.TEXT.word())
                .add(ModelType.EMBEDDINGS.word())
                .build();
    }

    /** @throws Problem 404 for a model that is not here or was never probed */
    @GET
    @Path("{id: .+}")
    @Authenticated
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject last(@PathParam("id") String id) {
        String model = router.route(id).id();
        return capabilities
                .find(model)
                .orElseThrow(
                        () -> Problem.notFound("The model was not probed yet").withCode("not_probed"));
    }

    /**
     * Probes the model; the answer is its stream of events, with {@code [DONE]} at the end. Leaving ends the probe.
     *
     * @param wantsReport whether an event with a report in Markdown shall come before the end
     */
    @POST
    @Path("{id: .+}")
    @Authenticated
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public void probe(
            @PathParam("id") String id,
            @QueryParam("include_report") boolean wantsReport,
            @Context HttpServletRequest http,
            @Context SecurityContext security,
            @Suspended AsyncResponse response) {
        Caller caller = CallerSecurityContext.caller(security);
        String model = router.route(id).id();
        String requestId = RequestId.of(http);
        String path = ProblemMapper.path(http);
        String address = http.getRemoteAddr();
        Supplier<AuditEntry.Builder> entry =
                () -> AuditEntry.inference(requestId, path).caller(caller.userIdOrNull(), caller.keyId(), address);
        streams.open(response, events -> stream(events, model, wantsReport, caller, entry, requestId, path));
    }

    private void stream(
            EventStream events,
            String model,
            boolean wantsReport,
            Caller caller,
            Supplier<AuditEntry.Builder> entry,
            String requestId,
            String path) {
        AtomicBoolean ended = new AtomicBoolean();
        ProbeReport report = new ProbeReport(model, "MLX Manager " + ProductVersion.current(), clock.instant());
        try (CallerWatch.Watch watched = watch.watch(caller, () -> ended.set(true))) {
            probe.probe(model, entry, new ModelProbe.Sink() {
                @Override
                public void event(ProbeEvent event) {
                    checkRight(ended);
                    report.add(event, clock.instant());
                    events.data(event.toJson().toString());
                }

                @Override
                public void idle() {
                    checkRight(ended);
                    events.comment("keep-alive");
                }
            });
            if (wantsReport) {
                events.data(ProbeEvent.report(report.markdown()).toJson().toString());
            }
            events.data("[DONE]");
        } catch (ClientGoneException e) {
            // Whoever asked has gone, and the probe has ended with him.
            return;
        } catch (RuntimeException e) {
            Problem problem = Problems.of(e);
            Problems.log(problem, requestId, "POST", path);
            tell(events, problem);
        }
    }

    private static void checkRight(AtomicBoolean ended) {
        if (ended.get()) {
            throw Problem.unauthorized("Your access has ended").withCode("access_ended");
        }
    }

    private static void tell(EventStream events, Problem problem) {
        try {
            events.data(Json.createObjectBuilder()
                    .add("step", "probe_failed")
                    .add("status", "failed")
                    .add("error", problem.detail())
                    .build()
                    .toString());
            events.data("[DONE]");
        } catch (ClientGoneException e) {
            // The failure was logged; there is nobody left to tell.
            return;
        }
    }
}
