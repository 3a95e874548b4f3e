package io.mlxmanager.serve.probe;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.manage.audit.AuditEntry;
import io.mlxmanager.manage.audit.AuditLog;
import io.mlxmanager.manage.capability.Capabilities;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.serve.generate.AnswerSink;
import io.mlxmanager.serve.generate.ChatRun;
import io.mlxmanager.serve.generate.ChatService;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.generate.RequestRecord;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    /** Probes share nothing with users. */
    private static final String TENANT = "probe";

    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);
    private static final long ROOM_TO_WORK = 1_000_000_000L;
    private static final int LEAST_CONTEXT = 512;
    private static final int THINKING_TOKENS = 200;
    private static final int TOOL_TOKENS = 200;
    private static final Tool WEATHER = Tool.fromDeclaration(weather());
    private static final String INSTRUCTIONS = """
            You can call the tool get_weather with the argument city. To call it, answer with nothing but
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "..."}}
            </tool_call>""";

    private final ProbeQueue queue = new ProbeQueue();
    private ModelRouter router;
    private ModelPool pool;
    private ChatService chat;
    private Capabilities capabilities;
    private AuditLog audit;

    /** For the container's proxy. */
    protected ModelProbe() {}

    @Inject
    public ModelProbe(ModelRouter router, ModelPool pool, ChatService chat, Capabilities capabilities, AuditLog audit) {
        this.router = router;
        this.pool = pool;
        this.chat = chat;
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
            boolean there = pool.loadedModel(model.id()).isPresent();
            try (ModelLease lease = load(model, sink)) {
                new Session(model, lease.model().facts(), entry, sink).run();
            } finally {
                if (!there) {
                    // As soon as nobody uses it: somebody may have come meanwhile.
                    pool.unload(model.id());
                }
            }
            sink.event(ProbeEvent.completed("cleanup", null, JsonValue.NULL));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        } finally {
            queue.leave(place);
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
                    sink.idle();
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

    private static JsonObject weather() {
        JsonObjectBuilder city = Json.createObjectBuilder().add("type", "string");
        return Json.createObjectBuilder()
                .add("type", "function")
                .add(
                        "function",
                        Json.createObjectBuilder()
                                .add("name", "get_weather")
                                .add("description", "The weather in a city")
                                .add(
                                        "parameters",
                                        Json.createObjectBuilder()
                                                .add("type", "object")
                                                .add(
                                                        "properties",
                                                        Json.createObjectBuilder()
                                                                .add("city", city))
                                                .add(
                                                        "required",
                                                        Json.createArrayBuilder()
                                                                .add("city"))))
                .build();
    }

    /** The questions to one model. Confined to the probe's thread. */
    private final class Session {

        private final CatalogModel model;
        private final ModelFacts facts;
        private final Supplier<AuditEntry.Builder> entry;
        private final Sink sink;
        private final JsonObjectBuilder found = Json.createObjectBuilder();

        Session(CatalogModel model, ModelFacts facts, Supplier<AuditEntry.Builder> entry, Sink sink) {
            this.model = model;
            this.facts = facts;
            this.entry = entry;
            this.sink = sink;
        }

        void run() {
            ModelType type = ModelType.of(model.folder());
            found("detect_type", "model_type", Json.createValue(type.word()));
            found("detect_family", "model_family", Json.createValue(facts.modelType()));
            found("check_context", "practical_max_tokens", Json.createValue(context()));
            if (type.chats()) {
                step("test_thinking", this::thinking);
                step("test_tools", this::tools);
            } else {
                sink.event(ProbeEvent.skipped("test_thinking"));
                sink.event(ProbeEvent.skipped("test_tools"));
            }
            JsonObject result = found.build();
            capabilities.put(model.id(), result);
            sink.event(ProbeEvent.completed("save_results", null, JsonValue.NULL));
            sink.event(new ProbeEvent(
                    "probe_complete",
                    "completed",
                    null,
                    JsonValue.NULL,
                    null,
                    Json.createObjectBuilder().add("result", result).build()));
        }

        private long context() {
            long room = pool.memoryLimit() - facts.weightBytes() - ROOM_TO_WORK;
            long fits = facts.kvBytesPerToken() == 0 ? facts.contextLength() : room / facts.kvBytesPerToken();
            return Math.max(LEAST_CONTEXT, Math.min(facts.contextLength(), fits));
        }

        private void step(String step, Runnable work) {
            sink.event(ProbeEvent.running(step, JsonValue.EMPTY_JSON_OBJECT));
            try {
                work.run();
            } catch (Problem e) {
                sink.event(ProbeEvent.failed(step, e.detail()));
            }
        }

        private void thinking() {
            ChatResult answer = ask(request("A bat and a ball cost 11 together, the bat 10 more than the ball."
                            + " What does the ball cost?")
                    .withTemplateOptions(Map.of("enable_thinking", JsonValue.TRUE))
                    .withMaxTokens(THINKING_TOKENS));
            boolean thinks = !answer.reasoning().isEmpty();
            found("test_thinking", "supports_thinking", thinks ? JsonValue.TRUE : JsonValue.FALSE);
        }

        /** By the model's own template first; a model that knows none may still follow instructions. */
        private void tools() {
            ChatRequest question = request("What is the weather in Paris?")
                    .withTemplateOptions(Map.of("enable_thinking", JsonValue.FALSE))
                    .withMaxTokens(TOOL_TOKENS);
            boolean called = !ask(question.withTools(List.of(WEATHER), new ToolChoice.Auto()))
                    .toolCalls()
                    .isEmpty();
            found("test_tools", "supports_native_tools", called ? JsonValue.TRUE : JsonValue.FALSE);
            String format = called ? "template" : "none";
            if (!called) {
                ChatResult told = ask(question.withMessages(List.of(
                        Message.system(INSTRUCTIONS), question.messages().get(0))));
                format = told.content().contains("<tool_call>") ? "detected" : "none";
            }
            found("test_tools", "tool_format", Json.createValue(format));
        }

        private ChatRequest request(String question) {
            return ChatRequest.of(model.id(), List.of(Message.user(question)))
                    .withSampling(Sampling.UNSPECIFIED.withTemperature(0));
        }

        private ChatResult ask(ChatRequest request) {
            ChatResult.Collector answer = new ChatResult.Collector();
            RequestRecord note = new RequestRecord(audit, entry.get());
            try (ChatRun run = chat.open(request, TENANT, note)) {
                run.answer(new AnswerSink() {
                    @Override
                    public void event(StreamEvent event) {
                        answer.accept(event);
                    }

                    @Override
                    public void idle() {
                        sink.idle();
                    }
                });
                return answer.result();
            } catch (Problem e) {
                note.failed(e);
                throw e;
            } finally {
                // Only the first end counts: this one is for a client that has gone.
                note.cancelled();
            }
        }

        private void found(String step, String capability, JsonValue value) {
            found.add(capability, value);
            sink.event(ProbeEvent.completed(step, capability, value));
        }
    }
}
