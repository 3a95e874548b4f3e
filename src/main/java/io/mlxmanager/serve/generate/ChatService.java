package io.mlxmanager.serve.generate;

import io.mlxmanager.base.config.TimeoutConfig;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Answers chat requests. Any thread. */
@ApplicationScoped
public class ChatService {

    private ModelRouter router;
    private ModelPool pool;
    private PromptLibrary prompts;
    private TimeoutConfig timeouts;

    /** For the container's proxy. */
    protected ChatService() {}

    @Inject
    public ChatService(ModelRouter router, ModelPool pool, PromptLibrary prompts, TimeoutConfig timeouts) {
        this.router = router;
        this.pool = pool;
        this.prompts = prompts;
        this.timeouts = timeouts;
    }

    /**
     * Begins to serve a request: finds the model, renders the prompt and asks for a lease, without waiting for it. The
     * caller closes the run, whatever came of it.
     *
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation
     */
    public ChatRun open(ChatRequest request, RequestRecord note) {
        note.model(request.model());
        CatalogModel model = router.route(request.model());
        ChatPrompt prompt = prompts.render(model, request);
        return new ChatRun(request, prompt, pool.acquire(model), timeouts.chat(), note);
    }
}
