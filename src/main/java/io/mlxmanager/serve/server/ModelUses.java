package io.mlxmanager.serve.server;

import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Since when models are in memory and when they were last used. Read by any thread, written by the pool's. */
@ApplicationScoped
public class ModelUses {

    private volatile Map<String, Use> uses = Map.of();

    /**
     * Of a model that is ready.
     *
     * @param since it became so
     * @param last when a request began or ended with it; {@code since} before the first
     * @param running requests that use it
     */
    public record Use(Instant since, Instant last, int running) {

        private Use with(int now, Instant at) {
            return now == running ? this : new Use(since, at, now);
        }
    }

    /** Of the model with that id; empty when it is not ready. */
    public Optional<Use> of(String id) {
        return Optional.ofNullable(uses.get(id));
    }

    /** What is in memory now. */
    void note(List<LoadedModel> models, Instant now) {
        Map<String, Use> before = uses;
        uses = models.stream()
                .filter(model -> model.state() == ModelState.READY)
                .collect(Collectors.toUnmodifiableMap(
                        LoadedModel::id,
                        model -> before.getOrDefault(model.id(), new Use(now, now, 0))
                                .with(model.running(), now)));
    }
}
