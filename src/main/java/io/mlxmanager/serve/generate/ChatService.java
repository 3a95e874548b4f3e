package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
     * Counts the tokens of a request's prompt with the model's own template and tokenizer; waits for the model.
     *
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation, 408 or 503 when the model
     *     does not come
     */
    public int countTokens(ChatRequest request) {
        Route route = router.resolve(request.model());
        ChatRequest complete = route.complete(request);
        ChatPrompt prompt = prompts.render(route.model(), complete);
        CompletableFuture<ModelLease> coming = pool.acquire(route.model(), complete.keepAliveSeconds());
        try (ModelLease lease = coming.get(settings.timeouts().chat().toMillis(), TimeUnit.MILLISECONDS)) {
            return lease.model().encode(prompt.text()).length;
        } catch (TimeoutException e) {
            abandon(coming);
            throw new Problem(ProblemKind.TIMEOUT, "request_timeout", "The model was not loaded in time", e);
        } catch (InterruptedException e) {
            abandon(coming);
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        } catch (ExecutionException e) {
            throw Refusals.problem(e.getCause());
        }
    }

    private static void abandon(CompletableFuture<ModelLease> coming) {
        if (!coming.cancel(false) && !coming.isCompletedExceptionally()) {
            coming.join().close();
        }
    }

    /**
     * Begins to serve a request: finds the model, renders the prompt and asks for a lease, without waiting for it. The
     * caller closes the run, whatever came of it.
     *
     * @param tenant whose request it is (see {@link io.mlxmanager.engine.GenerationRequest})
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation
     */
    public ChatRun open(ChatRequest request, String tenant, RequestRecord note) {
        note.model(request.model());
        Route route = router.resolve(request.model());
        note.route(route);
        ChatRequest complete = route.complete(request);
        ChatPrompt prompt = prompts.render(route.model(), complete);
        return new ChatRun(
                complete,
                prompt,
                pool.acquire(route.model(), complete.keepAliveSeconds()),
                route.contextLength(),
                settings.timeouts().chat(),
                tenant,
                note);
    }
}
