package io.mlxmanager.serve.pool;

import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the scheduler decides, done by the engine; its outcomes become events of the scheduler. */
final class EngineEffects implements PoolEffects<EngineModel> {

    private final EngineHost host;
    private final Function<String, KnownModel> known;
    private final Consumer<Consumer<PoolScheduler<EngineModel>>> events;
    private final BiConsumer<String, String> failures;
    private final Runnable show;

    /** Kept from the first load on: models are unloaded when the container has already ended its beans. */
    private volatile Engine engine;

    /**
     * @param known a model that is to be loaded, by its id
     * @param events delivers an event to the scheduler on the pool's thread, soon
     * @param failures hears which model could not be loaded and why, on the pool's thread
     * @param show called when the public view changed, on the pool's thread
     */
    EngineEffects(
            EngineHost host,
            Function<String, KnownModel> known,
            Consumer<Consumer<PoolScheduler<EngineModel>>> events,
            BiConsumer<String, String> failures,
            Runnable show) {
        this.host = host;
        this.known = known;
        this.events = events;
        this.failures = failures;
        this.show = show;
    }

    @Override
    public void load(String id) {
        CompletableFuture<EngineModel> loading = host.engine().thenCompose(running -> {
            engine = running;
            KnownModel model = known.apply(id);
            return running.load(
                    model.folder(),
                    model.purpose(),
                    percent -> events.accept(scheduler -> scheduler.onProgress(id, percent)));
        });
        var unused = loading.whenComplete((model, failure) -> events.accept(scheduler -> {
            if (failure == null) {
                scheduler.onLoaded(id, model);
            } else {
                RuntimeException reason = unwrap(failure);
                failures.accept(id, String.valueOf(reason.getMessage()));
                scheduler.onLoadFailed(id, reason);
            }
        }));
    }

    @Override
    public void unload(String id, EngineModel model) {
        var unused = engine.unload(model)
                .whenComplete((done, failure) -> events.accept(scheduler -> scheduler.onUnloaded(id)));
    }

    @Override
    public void discard(EngineModel model) {
        var unused = engine.unload(model);
    }

    @Override
    public void grant(PoolTicket<EngineModel> ticket, EngineModel model) {
        ticket.answer().complete(model);
    }

    @Override
    public void refuse(PoolTicket<EngineModel> ticket, RuntimeException reason) {
        ticket.answer().completeExceptionally(reason);
    }

    @Override
    public void spare(long bytes) {
        (engine == null ? host.running() : Optional.of(engine)).ifPresent(running -> running.lendToPrefixes(bytes));
    }

    @Override
    public void changed() {
        show.run();
    }

    /** What stands behind a future's failure. */
    static RuntimeException unwrap(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException plain ? plain : new IllegalStateException(cause.toString(), cause);
    }
}
