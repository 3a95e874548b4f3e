package io.mlxmanager.serve.pool;

import io.mlxmanager.base.config.PoolConfig;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.manage.settings.PoolSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * The models in memory: loaded on demand, once however many ask, kept while somebody holds a lease, unloaded to make room
 * for others. Any thread; nothing here waits for a load or for a model in use.
 */
@ApplicationScoped
public class ModelPool {

    /** What is known of a model before it is loaded. */
    private record Known(Path folder, ModelPurpose purpose, ModelFacts facts) {}

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private EngineHost host;
    private Event<PoolChanged> announcements;
    private PoolLoop loop;
    private PoolScheduler<EngineModel> scheduler;
    private final Map<ModelLease, Boolean> leases = new ConcurrentHashMap<>();
    /** Until when answers may still run that ran when their model's end was asked for. Pool thread only. */
    private final Map<ModelLease, Long> notices = new HashMap<>();

    private volatile long budget;
    private volatile boolean stopping;
    private volatile List<LoadedModel> snapshot = List.of();

    /** For the container's proxy. */
    protected ModelPool() {}

    @Inject
    public ModelPool(EngineHost host, PoolConfig config, Event<PoolChanged> announcements) {
        this.host = host;
        this.announcements = announcements;
        this.budget = config.memoryLimit().bytes();
        this.scheduler = new PoolScheduler<>(budget, ModelPool::now, new EngineEffects());
        this.loop = new PoolLoop(new LastingThreads("pool"), this::tick);
    }

    /**
     * Asks for a model and loads it if it is not there. Cancelling the future gives up the place.
     *
     * @return a lease to close; fails with {@link PoolFullException}, {@link EngineUnavailableException}, or what stands
     *     wrong in the model's folder ({@code ModelFormatException})
     */
    public CompletableFuture<ModelLease> acquire(CatalogModel model) {
        return acquire(model, OptionalInt.empty());
    }

    /**
     * As {@link #acquire(CatalogModel)}, and says how long the model stays afterwards.
     *
     * @param keepAliveSeconds negative for ever; empty for what holds for all models
     */
    public CompletableFuture<ModelLease> acquire(CatalogModel model, OptionalInt keepAliveSeconds) {
        CompletableFuture<ModelLease> lease = new CompletableFuture<>();
        whenDone(host.engine(), (engine, unavailable) -> {
            if (unavailable != null) {
                lease.completeExceptionally(unavailable);
            } else {
                request(engine, model, keepAliveSeconds, lease);
            }
        });
        return lease;
    }

    private void request(
            Engine engine, CatalogModel model, OptionalInt keepAlive, CompletableFuture<ModelLease> lease) {
        ModelFacts facts;
        ModelPurpose purpose;
        try {
            boolean embeds = ModelType.of(model.folder(), model.id()) == ModelType.EMBEDDINGS;
            purpose = embeds ? ModelPurpose.EMBED : ModelPurpose.GENERATE;
            facts = Engine.inspect(model.folder());
        } catch (RuntimeException e) {
            lease.completeExceptionally(e);
            return;
        }
        known.put(model.baseId(), new Known(model.folder(), purpose, facts));
        PoolTicket<EngineModel> ticket = new PoolTicket<>(model.baseId(), facts.weightBytes(), milliseconds(keepAlive));
        whenDone(ticket.answer(), (loaded, refused) -> {
            if (refused != null) {
                lease.completeExceptionally(refused);
                return;
            }
            AtomicReference<ModelLease> own = new AtomicReference<>();
            Runnable release = () -> {
                leases.remove(own.get());
                loop.submit(() -> scheduler.onRelease(model.baseId()));
            };
            ModelLease granted = new ModelLease(model.baseId(), engine, loaded, release);
            own.set(granted);
            leases.put(granted, Boolean.TRUE);
            hand(granted, model, lease);
        });
        whenDone(lease, (granted, failure) -> {
            if (lease.isCancelled()) {
                loop.submit(() -> scheduler.onCancel(ticket));
            }
        });
        loop.submit(() -> scheduler.onAcquire(ticket));
    }

    /** Gives a lease to whoever asked; with an adapter, when that is there too. */
    private static void hand(ModelLease granted, CatalogModel model, CompletableFuture<ModelLease> asked) {
        if (model.adapter().isEmpty()) {
            giveOrTakeBack(granted, asked);
            return;
        }
        whenDone(granted.adapt(model.adapter().get()), (done, failure) -> {
            if (failure == null) {
                giveOrTakeBack(granted, asked);
            } else {
                granted.close();
                asked.completeExceptionally(EngineEffects.unwrap(failure));
            }
        });
    }

    private static void giveOrTakeBack(ModelLease granted, CompletableFuture<ModelLease> asked) {
        if (!asked.complete(granted)) {
            granted.close();
        }
    }

    /** The model with that id, if it is in memory. Never loads, never blocks. */
    public Optional<LoadedModel> loadedModel(String id) {
        String base = base(id);
        return snapshot.stream().filter(model -> model.id().equals(base)).findFirst();
    }

    /** With an adapter or without, a model is in memory once. */
    private static String base(String id) {
        int at = id.indexOf(CatalogModel.WITH);
        return at < 0 ? id : id.substring(0, at);
    }

    /** All models in memory, in the order they were loaded. Never blocks. */
    public List<LoadedModel> loadedModels() {
        return snapshot;
    }

    /** Unloads a model as soon as nobody uses it. Nothing happens when it is not there. */
    public void unload(String id) {
        loop.submit(() -> scheduler.onUnload(base(id)));
    }

    /**
     * Unloads a model, and ends what still runs on it when patience is over: whoever reads such an answer hears of it.
     *
     * @param patience how long running requests may take to end
     */
    public void unload(String id, Duration patience) {
        loop.submit(() -> {
            long end = now() + patience.toMillis();
            leases.keySet().stream()
                    .filter(lease -> lease.id().equals(base(id)))
                    .forEach(lease -> notices.merge(lease, end, Math::min));
            scheduler.onUnload(base(id));
            endOverdue();
        });
    }

    /** Keeps a model in memory once it is there, or lets go of it. */
    public void pin(String id, boolean pinned) {
        loop.submit(() -> scheduler.onPin(base(id), pinned));
    }

    /**
     * Changes the limits of the running pool.
     *
     * @param bytes that all models together may take
     */
    public void configure(long bytes, PoolSettings settings) {
        budget = bytes;
        long keepAlive =
                settings.policy() == PoolSettings.Policy.TTL ? TimeUnit.SECONDS.toMillis(settings.ttlSeconds()) : -1;
        loop.submit(() -> {
            scheduler.onBudget(bytes);
            scheduler.onKeepAlive(keepAlive);
        });
    }

    private void tick() {
        scheduler.onTick();
        endOverdue();
    }

    /** Ends what still runs though its notice is over. */
    private void endOverdue() {
        notices.keySet().retainAll(leases.keySet());
        notices.forEach((lease, end) -> {
            if (now() >= end) {
                lease.withdraw();
            }
        });
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static OptionalLong milliseconds(OptionalInt seconds) {
        return seconds.isPresent()
                ? OptionalLong.of(TimeUnit.SECONDS.toMillis(seconds.getAsInt()))
                : OptionalLong.empty();
    }

    /** Most bytes that all models together may take. */
    public long memoryLimit() {
        return budget;
    }

    /**
     * Bytes that models take up now: weights, caches and work space.
     */
    public long memoryInUse() {
        long weights = snapshot.stream().mapToLong(LoadedModel::bytes).sum();
        long allocated = host.running().map(Engine::activeBytes).orElse(0L);
        return Math.max(weights, allocated);
    }

    @PreDestroy
    void stop() {
        stopping = true;
        loop.submit(() -> {
            scheduler.onShutdown();
            loop.stop();
        });
    }

    /** The handler answers both outcomes, so nothing is left in the future that it makes. */
    private static <T> void whenDone(CompletableFuture<T> future, BiConsumer<T, Throwable> handler) {
        var unused = future.whenComplete(handler);
    }

    private final class EngineEffects implements PoolEffects<EngineModel> {

        /** Kept from the first load on: models are unloaded when the container has already ended its beans. */
        private volatile Engine engine;

        @Override
        public void load(String id) {
            CompletableFuture<EngineModel> loading = host.engine().thenCompose(running -> {
                engine = running;
                Known model = known.get(id);
                return running.load(
                        model.folder(),
                        model.purpose(),
                        percent -> loop.submit(() -> scheduler.onProgress(id, percent)));
            });
            whenDone(
                    loading,
                    (model, failure) -> loop.submit(() -> {
                        if (failure == null) {
                            scheduler.onLoaded(id, model);
                        } else {
                            scheduler.onLoadFailed(id, unwrap(failure));
                        }
                    }));
        }

        @Override
        public void unload(String id, EngineModel model) {
            whenDone(engine.unload(model), (done, failure) -> loop.submit(() -> scheduler.onUnloaded(id)));
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
        public void changed() {
            List<LoadedModel> now =
                    scheduler.views().stream().map(this::picture).toList();
            if (!now.equals(snapshot)) {
                snapshot = now;
                if (!stopping) {
                    announcements.fire(new PoolChanged(now));
                }
            }
        }

        private LoadedModel picture(PoolScheduler.View<EngineModel> view) {
            ModelFacts facts = known.get(view.id()).facts();
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

        private static RuntimeException unwrap(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return cause instanceof RuntimeException known ? known : new IllegalStateException(cause.toString(), cause);
        }
    }
}
