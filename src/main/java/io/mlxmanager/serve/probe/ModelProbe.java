package io.mlxmanager.serve.probe;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.capability.Capabilities;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.generate.ChatService;
import io.mlxmanager.serve.generate.PromptLibrary;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.generate.RequestRecord;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Probes models, one at a time. Used by the thread of the request that asked; when its sink says that nobody listens any
 * more, the probe ends, gives its lease back and unloads the model if it was not there before.
 */
@ApplicationScoped
public class ModelProbe {

    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);

    private final ProbeQueue queue = new ProbeQueue();
    private ModelRouter router;
    private ModelPool pool;
    private ChatService chat;
    private PromptLibrary prompts;
    private Capabilities capabilities;
    private AuditLog audit;

    /** For the container's proxy. */
    protected ModelProbe() {}

    @Inject
    public ModelProbe(
            ModelRouter router,
            ModelPool pool,
            ChatService chat,
            PromptLibrary prompts,
            Capabilities capabilities,
            AuditLog audit) {
        this.router = router;
        this.pool = pool;
        this.chat = chat;
        this.prompts = prompts;
        this.capabilities = capabilities;
        this.audit = audit;
    }

    /** Who hears of a probe. Both methods throw {@code ClientGoneException} when nobody does any more. */
    public interface Sink {

        void event(ProbeEvent event);

        /** Nothing has come for a while. */
        void idle();
    }

    /**
     * Probes a model and keeps what was found; a step that fails is told and the others go on.
     *
     * @param entry a new audit entry for each question that the model is asked
     * @throws Problem 404 for an unknown model, and why it cannot be loaded
     */
    public void probe(String id, Supplier<AuditEntry.Builder> entry, Sink sink) {
        CatalogModel model = router.route(id);
        Object place = queue.enter();
        try {
            awaitTurn(place, sink);
            JsonObject result = ask(model, entry, sink);
            sink.event(ProbeEvent.completed("cleanup", null, JsonValue.NULL));
            sink.event(ProbeEvent.complete(result));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        } finally {
            queue.leave(place);
        }
    }

    private JsonObject ask(CatalogModel model, Supplier<AuditEntry.Builder> entry, Sink sink)
            throws InterruptedException {
        boolean there = pool.loadedModel(model.id()).isPresent();
        try (ModelLease lease = load(model, sink)) {
            ProbeQuestions questions =
                    new ProbeQuestions(chat, model.id(), () -> new RequestRecord(audit::append, entry.get()), sink);
            JsonObject result = new ProbeSession(model, lease, pool, prompts, questions, sink).run();
            capabilities.put(model.id(), result);
            sink.event(ProbeEvent.completed("save_results", null, JsonValue.NULL));
            return result;
        } finally {
            if (!there) {
                // As soon as nobody uses it: somebody may have come meanwhile.
                pool.unload(model.id());
            }
        }
    }

    private void awaitTurn(Object place, Sink sink) throws InterruptedException {
        int told = -1;
        int now = queue.await(place, -1, Duration.ZERO);
        while (now > 0) {
            if (now != told) {
                told = now;
                sink.event(ProbeEvent.running(
                        "queued", Json.createObjectBuilder().add("place", now).build()));
            } else {
                sink.idle();
            }
            now = queue.await(place, now, GLANCE);
        }
    }

    private ModelLease load(CatalogModel model, Sink sink) throws InterruptedException {
        sink.event(ProbeEvent.running("load_model", JsonValue.EMPTY_JSON_OBJECT));
        CompletableFuture<ModelLease> lease = pool.acquire(model);
        long end = System.nanoTime() + LOAD_LIMIT.toNanos();
        boolean granted = false;
        try {
            while (System.nanoTime() - end < 0) {
                try {
                    ModelLease loaded = lease.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
                    sink.event(ProbeEvent.completed("load_model", null, JsonValue.NULL));
                    granted = true;
                    return loaded;
                } catch (TimeoutException e) {
                    int percent = pool.loadedModel(model.id())
                            .map(LoadedModel::percent)
                            .orElse(0);
                    sink.event(ProbeEvent.running(
                            "load_model",
                            Json.createObjectBuilder().add("progress", percent).build()));
                }
            }
            throw Problem.unavailable("The model was not loaded within " + LOAD_LIMIT.toSeconds() + " seconds", null);
        } catch (ExecutionException e) {
            Problem problem = Refusals.problem(e.getCause());
            sink.event(ProbeEvent.failed("load_model", problem.detail()));
            throw problem;
        } finally {
            if (!granted && !lease.cancel(false) && !lease.isCompletedExceptionally()) {
                lease.join().close();
            }
        }
    }
}
