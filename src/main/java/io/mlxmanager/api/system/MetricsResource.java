package io.mlxmanager.api.system;

import io.mlxmanager.api.system.PrometheusText.Family;
import io.mlxmanager.api.system.PrometheusText.Kind;
import io.mlxmanager.serve.generate.Traffic;
import io.mlxmanager.serve.generate.TrafficMeter;
import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.EngineStatus;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.queue.QueueLength;
import io.mlxmanager.serve.queue.RequestQueue;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Numbers for monitoring: who waits, what runs, what memory holds. */
@Path("/system/metrics")
@Dependent
public final class MetricsResource {

    private static final String MODEL = "model";
    private static final double NANOS = 1e9;

    private final RequestQueue queue;
    private final TrafficMeter traffic;
    private final ModelPool pool;
    private final EngineHost engine;

    @Inject
    public MetricsResource(RequestQueue queue, TrafficMeter traffic, ModelPool pool, EngineHost engine) {
        this.queue = queue;
        this.traffic = traffic;
        this.pool = pool;
        this.engine = engine;
    }

    /** A model that was ever asked for keeps its lines, so that a queue that has become empty is seen to be. */
    @GET
    @Produces(PrometheusText.MEDIA_TYPE)
    @RolesAllowed("admin")
    public String metrics() {
        PrometheusText text = new PrometheusText();
        text.family("engine_up", Kind.GAUGE, "Whether the local engine is ready")
                .add(engine.status().state() == EngineStatus.State.READY ? 1 : 0);
        requests(text, new TreeMap<>(traffic.now()), queue.lengths());
        memory(text);
        return text.toString();
    }

    private static void requests(PrometheusText text, Map<String, Traffic> traffic, Map<String, QueueLength> queues) {
        Family waiting =
                text.family("requests_waiting", Kind.GAUGE, "Requests of a model that the engine has not begun with");
        traffic.forEach((model, now) -> waiting.add(now.waiting(), MODEL, model));
        Family longest = text.family(
                "queue_longest_wait_seconds", Kind.GAUGE, "How long the first of them has waited until now");
        traffic.keySet()
                .forEach(model -> longest.add(
                        queues.containsKey(model)
                                ? queues.get(model).longestWait().toNanos() / NANOS
                                : 0,
                        MODEL,
                        model));
        Family running = text.family("requests_running", Kind.GAUGE, "Requests that are being read or answered");
        traffic.forEach((model, now) -> running.add(now.running(), MODEL, model));
        Family tokens = text.family("generated_tokens_total", Kind.COUNTER, "Tokens generated since the start");
        traffic.forEach((model, now) -> tokens.add(now.tokens(), MODEL, model));
    }

    private void memory(PrometheusText text) {
        text.family("memory_limit_bytes", Kind.GAUGE, "What models and contexts together may take")
                .add(pool.memoryLimit());
        text.family("memory_used_bytes", Kind.GAUGE, "What they take").add(pool.memoryInUse());
        text.family("context_memory_bytes", Kind.GAUGE, "What contexts of running requests may take")
                .add(pool.contextMemory());
        Family models = text.family("model_bytes", Kind.GAUGE, "Weights of a model in memory, or on its way in or out");
        for (LoadedModel model : pool.loadedModels()) {
            models.add(
                    model.bytes(),
                    MODEL,
                    model.id(),
                    "state",
                    model.state().name().toLowerCase(Locale.ROOT));
        }
    }
}
