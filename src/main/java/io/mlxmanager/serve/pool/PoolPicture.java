package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.arch.ModelFacts;
import java.util.List;
import java.util.function.Function;

/** What was last seen of the pool. Taken on the pool's thread, looked at by any. */
final class PoolPicture {

    private final Function<String, KnownModel> known;
    private volatile List<LoadedModel> models = List.of();
    private volatile long contextMemory;

    /** @param known a model that is in memory, by its id */
    PoolPicture(Function<String, KnownModel> known) {
        this.known = known;
    }

    /** @return whether anything is other than before with the models */
    boolean take(PoolScheduler<EngineModel> scheduler) {
        contextMemory = scheduler.work();
        List<LoadedModel> now = scheduler.views().stream().map(this::seen).toList();
        boolean news = !now.equals(models);
        models = now;
        return news;
    }

    private LoadedModel seen(PoolBooks.View<EngineModel> view) {
        ModelFacts facts = known.apply(view.id()).facts();
        return new LoadedModel(
                view.id(),
                view.state(),
                view.percent(),
                view.bytes(),
                view.leases(),
                facts.modelType(),
                facts.contextLength(),
                view.pinned());
    }

    /** In the order they were loaded. */
    List<LoadedModel> models() {
        return models;
    }

    /** Bytes that contexts of running requests may take. */
    long contextMemory() {
        return contextMemory;
    }

    /** Bytes of all models. */
    long modelMemory() {
        return models.stream().mapToLong(LoadedModel::bytes).sum();
    }
}
