package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;

/** Answers chat requests. Any thread. */
@ApplicationScoped
public class ChatService {

    private ModelRouter router;
    private ModelPool pool;
    private PromptLibrary prompts;
    private ServerSettings settings;

    /** For the container's proxy. */
    protected ChatService() {}

    @Inject
    public ChatService(ModelRouter router, ModelPool pool, PromptLibrary prompts, ServerSettings settings) {
        this.router = router;
        this.pool = pool;
        this.prompts = prompts;
        this.settings = settings;
    }

    /**
     * Begins to serve a request: finds the model, renders the prompt and asks for a lease, without waiting for it. The
     * caller closes the run, whatever came of it.
     *
     * @param tenant whose request it is (see {@link io.mlxmanager.engine.GenerationRequest})
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation
     */
    public ChatRun open(AnswerRequest request, String tenant, RequestRecord note) {
        note.model(request.model());
        Route route = router.resolve(request.model());
        note.route(route);
        AnswerRequest complete = route.complete(request);
        return new ChatRun(
                plan(route, complete),
                pool.acquire(route.model(), complete.keepAliveSeconds()),
                route.contextLength(),
                limit(request),
                tenant,
                note);
    }

    /** The refusal of a caller who does not wait for a model on its way into memory. */
    public Problem stillLoading(String name) {
        String id = router.resolve(name).model().id();
        return new StillLoading(id, pool.loadedModel(id));
    }

    private Plan plan(Route route, AnswerRequest complete) {
        return complete instanceof ChatRequest chat
                ? Plan.of(chat, prompts.render(route.model(), chat))
                : Plan.of((TextRequest) complete, GenerationDefaults.read(route.model().folder()));
    }

    private Duration limit(AnswerRequest request) {
        return request instanceof ChatRequest
                ? settings.timeouts().chat()
                : settings.timeouts().completions();
    }
}
