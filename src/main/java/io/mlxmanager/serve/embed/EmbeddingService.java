package io.mlxmanager.serve.embed;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.Usage;
import io.mlxmanager.engine.Share;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.manage.settings.ServerSettings;
import io.mlxmanager.protocol.openai.EmbeddingsRequest;
import io.mlxmanager.serve.generate.Entrance;
import io.mlxmanager.serve.generate.RequestRecord;
import io.mlxmanager.serve.generate.TrafficMeter;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.queue.RequestQueue;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.OptionalInt;

/** Makes vectors of texts. Any thread. */
@ApplicationScoped
public class EmbeddingService {

    private ModelRouter router;
    private ModelPool pool;
    private TrafficMeter traffic;
    private ServerSettings settings;
    private RequestQueue queue;

    /** For the container's proxy. */
    protected EmbeddingService() {}

    @Inject
    public EmbeddingService(
            ModelRouter router, ModelPool pool, TrafficMeter traffic, ServerSettings settings, RequestQueue queue) {
        this.router = router;
        this.pool = pool;
        this.traffic = traffic;
        this.settings = settings;
        this.queue = queue;
    }

    /**
     * Begins to serve a request: finds the model and asks for a lease, without waiting for it. The caller closes the call,
     * whatever came of it.
     *
     * @param tenant whose request it is
     * @param key which of the tenant's keys it came with, or empty (see {@link Share})
     * @throws Problem 404 for an unknown model, 400 {@code model_cannot_embed} for one that makes no embeddings,
     *     429 or 503 when too many wait
     */
    public EmbeddingCall open(EmbeddingsRequest request, String tenant, String key, RequestRecord note) {
        note.model(request.model());
        Route route = router.resolve(request.model());
        note.route(route);
        note.usage(Usage.NONE);
        ModelType type = ModelType.of(route.model().folder(), route.model().id());
        if (type != ModelType.EMBEDDINGS) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "model_cannot_embed",
                    "The model '" + route.model().id() + "' is a " + type.word()
                            + " model and makes no embeddings; ask for an embeddings model",
                    null);
        }
        note.passage(traffic.enter(route.model().id()));
        // First what may fail, then what has to be given back.
        Share share = new Share(tenant, key);
        Duration limit = settings.timeouts().embeddings();
        return Entrance.enter(
                () -> queue.enter(route.model().id(), share),
                () -> pool.acquire(route.model(), keepAlive(request, route), OptionalInt.empty(), share),
                held -> new EmbeddingCall(request, pool, held, limit, share, note));
    }

    /** What the request says, else the profile. */
    private static OptionalInt keepAlive(EmbeddingsRequest request, Route route) {
        return request.keepAliveSeconds().isPresent()
                ? request.keepAliveSeconds()
                : route.profile()
                        .map(profile -> profile.settings().keepAliveSeconds())
                        .orElse(OptionalInt.empty());
    }
}
