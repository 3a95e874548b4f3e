package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Part;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.engine.Share;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.pool.ModelState;
import io.mlxmanager.serve.queue.RequestQueue;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;

/** Answers chat requests. Any thread. */
@ApplicationScoped
public class ChatService {

    /** Far longer than the pool takes to hand out a model that is in memory. */
    private static final Duration GRANTING = Duration.ofSeconds(5);

    private ModelRouter router;
    private ModelPool pool;
    private PromptLibrary prompts;
    private ServerSettings settings;
    private TrafficMeter traffic;
    private ConstraintLibrary constraints;
    private RequestQueue queue;

    /** For the container's proxy. */
    protected ChatService() {}

    @Inject
    public ChatService(
            ModelRouter router,
            ModelPool pool,
            PromptLibrary prompts,
            ServerSettings settings,
            TrafficMeter traffic,
            ConstraintLibrary constraints,
            RequestQueue queue) {
        this.router = router;
        this.pool = pool;
        this.prompts = prompts;
        this.settings = settings;
        this.traffic = traffic;
        this.constraints = constraints;
        this.queue = queue;
    }

    /**
     * Begins to serve a request: finds the model, renders the prompt and asks for a lease, without waiting for it. The
     * caller closes the run, whatever came of it.
     *
     * @param tenant whose request it is
     * @param key which of the tenant's keys it came with, or empty (see {@link Share})
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation, 429 or 503 when too many wait
     */
    public ChatRun open(AnswerRequest request, String tenant, String key, RequestRecord note) {
        note.model(request.model());
        Route route = router.resolve(request.model());
        note.route(route);
        requireText(route);
        note.passage(traffic.enter(route.model().id()));
        AnswerRequest complete = route.complete(request);
        // First what may be refused, then what has to be given back.
        Plan plan = plan(route, complete);
        Duration limit = limit(request);
        Optional<CatalogModel> draft = route.profile()
                .flatMap(profile -> profile.settings().draftModel())
                .map(router::route);
        Share share = new Share(tenant, key);
        return Entrance.enter(
                () -> queue.enter(route.model().id(), share),
                () -> pool.acquire(route.model(), complete.keepAliveSeconds(), route.contextLength(), share),
                held -> new ChatRun(plan, held, pool, draft, route.contextLength(), limit, share, note, constraints));
    }

    /**
     * Waits for a run's model no longer than its caller likes; one that is in memory is only a moment away.
     *
     * @throws Problem 503 {@code model_loading} with the time after which to ask again; loading goes on
     */
    public void awaitModel(ChatRun run, String name, Duration patience) {
        String id = router.resolve(name).model().id();
        Optional<LoadedModel> known = pool.loadedModel(id);
        boolean ready = known.filter(model -> model.state() == ModelState.READY).isPresent();
        Duration least = ready ? GRANTING : Duration.ZERO;
        if (!run.awaitModel(patience.compareTo(least) < 0 ? least : patience)) {
            throw new StillLoading(id, pool.loadedModel(id), run.place());
        }
    }

    private static void requireText(Route route) {
        ModelType type = ModelType.of(route.model().folder(), route.model().id());
        if (!type.chats()) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "model_cannot_chat",
                    "The model '" + route.model().id() + "' is an " + type.word() + " model and writes no text"
                            + (type == ModelType.EMBEDDINGS ? "; it answers at /v1/embeddings" : ""),
                    null);
        }
    }

    private Plan plan(Route route, AnswerRequest complete) {
        if (complete instanceof ChatRequest chat) {
            refuseImages(route, chat);
            return Plan.of(chat, prompts.render(route.model(), chat));
        }
        return Plan.of(
                (TextRequest) complete, GenerationDefaults.read(route.model().folder()));
    }

    /** A template may well have a place for an image; the answer would then be about a picture that nobody looked at. */
    private static void refuseImages(Route route, ChatRequest chat) {
        boolean images = chat.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(Part.Image.class::isInstance);
        if (images) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "images_not_supported",
                    "The model '" + route.model().id() + "' is run without vision here, so it cannot be shown images",
                    null);
        }
    }

    private Duration limit(AnswerRequest request) {
        return request instanceof ChatRequest
                ? settings.timeouts().chat()
                : settings.timeouts().completions();
    }
}
