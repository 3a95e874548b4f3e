package io.mlxmanager.serve.pool;

import io.mlxmanager.base.config.EngineConfig;
import io.mlxmanager.base.config.EngineProcess;
import io.mlxmanager.base.config.PoolConfig;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.arch.KvKind;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The models in memory: loaded on demand, once however many ask, kept while somebody holds a lease, unloaded to make room
 * for others. Any thread; nothing here waits for a load or for a model in use.
 *
 * <p>More than four hundred lines, because it is the one door to all that the pool does, and says of each what it promises.
 */
@ApplicationScoped
public class ModelPool {

    private final Map<String, KnownModel> known = new ConcurrentHashMap<>();
    private EngineHost host;
    private EngineConfig engineConfig;
    private Event<PoolChanged> announcements;
    private PhaseBoard phases;
    private PoolLoop loop;
    private PoolScheduler<EngineModel> scheduler;
    private final OpenLeases leases = new OpenLeases();
    private final PoolPicture picture = new PoolPicture(known::get);

    private volatile long budget;
    private volatile boolean stopping;

    /** For the container's proxy. */
    protected ModelPool() {}

    @Inject
    public ModelPool(
            EngineHost host,
            EngineConfig engineConfig,
            PoolConfig config,
            Event<PoolChanged> announcements,
            Event<ModelPhaseChanged> phaseAnnouncements) {
        this.host = host;
        this.engineConfig = engineConfig;
        this.announcements = announcements;
        this.phases = new PhaseBoard((id, phase) -> {
            if (!stopping) {
                phaseAnnouncements.fire(new ModelPhaseChanged(id, phase));
            }
        });
        this.budget = config.memoryLimit().bytes();
        EngineProcess process = engineConfig.process();
        this.scheduler = new PoolScheduler<>(
                budget,
                ModelPool::now,
                new EngineEffects(host, known::get, this::submit, phases::failed, this::show),
                new CrashBook(process.mostCrashes(), process.crashWindow(), ModelPool::now));
        this.loop = new PoolLoop(new LastingThreads("pool"), this::tick);
        host.whenLost(loss -> loop.submit(() -> lost(loss)));
    }

    /**
     * Asks for a model and loads it if it is not there. Cancelling the future gives up the place.
     *
     * @return a lease to close; fails with {@link PoolFullException}, {@link EngineUnavailableException},
     *     {@link CrashingModelException}, or what stands
     *     wrong in the model's folder ({@code ModelFormatException})
     */
    public CompletableFuture<ModelLease> acquire(CatalogModel model) {
        return acquire(model, OptionalInt.empty(), OptionalInt.empty());
    }

    /** As {@link #acquire(CatalogModel, OptionalInt, OptionalInt, Share)}, for the server's own purposes. */
    public CompletableFuture<ModelLease> acquire(
            CatalogModel model, OptionalInt keepAliveSeconds, OptionalInt context) {
        return acquire(model, keepAliveSeconds, context, Share.of(""));
    }

    /**
     * As {@link #acquire(CatalogModel)}, and says how long the model stays afterwards.
     *
     * @param keepAliveSeconds negative for ever; empty for what holds for all models
     * @param context tokens that one context shall be able to hold; empty for what the model can
     * @param share whose turn it is when there is not room for all
     * @return fails besides with {@link ContextTooLongException} when the model or the memory cannot hold the context
     */
    public CompletableFuture<ModelLease> acquire(
            CatalogModel model, OptionalInt keepAliveSeconds, OptionalInt context, Share share) {
        CompletableFuture<ModelLease> lease = new CompletableFuture<>();
        whenDone(host.engine(), (engine, unavailable) -> {
            if (unavailable != null) {
                lease.completeExceptionally(unavailable);
            } else {
                request(engine, model, keepAliveSeconds, context, share, lease);
            }
        });
        return lease;
    }

    private void request(
            Engine engine,
            CatalogModel model,
            OptionalInt keepAlive,
            OptionalInt context,
            Share share,
            CompletableFuture<ModelLease> lease) {
        ModelFacts facts;
        ModelPurpose purpose;
        try {
            boolean embeds = ModelType.of(model.folder(), model.id()) == ModelType.EMBEDDINGS;
            purpose = embeds ? ModelPurpose.EMBED : ModelPurpose.GENERATE;
            facts = Engine.inspect(model.folder());
            if (context.isPresent()) {
                room(facts).require(model.id(), context.getAsInt(), budget);
            }
        } catch (RuntimeException e) {
            lease.completeExceptionally(e);
            return;
        }
        known.put(model.baseId(), new KnownModel(model.folder(), purpose, facts));
        PoolTicket<EngineModel> ticket =
                new PoolTicket<>(model.baseId(), facts.weightBytes(), milliseconds(keepAlive), share, 0);
        ask(engine, model, ticket, refused -> refused, lease);
    }

    private ContextRoom room(ModelFacts facts) {
        return new ContextRoom(facts, engineConfig.storedKvBits(), engineConfig.prefillChunk());
    }

    /** @param explained what the one who asked is told of a refusal */
    private void ask(
            Engine engine,
            CatalogModel model,
            PoolTicket<EngineModel> ticket,
            UnaryOperator<Throwable> explained,
            CompletableFuture<ModelLease> lease) {
        whenDone(ticket.answer(), (loaded, refused) -> {
            if (refused != null) {
                lease.completeExceptionally(explained.apply(refused));
                return;
            }
            AtomicReference<ModelLease> own = new AtomicReference<>();
            Runnable release = () -> {
                leases.closed(own.get());
                loop.submit(() -> scheduler.onRelease(ticket));
            };
            ModelLease granted = new ModelLease(model, ticket, engine, loaded, release);
            own.set(granted);
            leases.opened(granted);
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
    private void hand(ModelLease granted, CatalogModel model, CompletableFuture<ModelLease> asked) {
        if (model.adapter().isEmpty()) {
            giveOrTakeBack(granted, asked);
            return;
        }
        Path folder = model.adapter().get();
        long bytes = folder.resolve("adapters.safetensors").toFile().length();
        loop.submit(() -> {
            if (scheduler.onAdapter(granted.id(), folder.toString(), bytes)) {
                adapt(granted, folder, asked);
            } else {
                granted.close();
                asked.completeExceptionally(new PoolFullException(new PoolTicket<>(model.id(), bytes), budget, 0));
            }
        });
    }

    private static void adapt(ModelLease granted, Path folder, CompletableFuture<ModelLease> asked) {
        whenDone(granted.adapt(folder), (done, failure) -> {
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

    /**
     * Room for contexts on a leased model: the same lease, if it is there now; otherwise the lease is given up, so that nobody
     * waits for it, and another one comes when it is this request's turn and there is room. Cancelling the future gives up
     * the place.
     *
     * @param share whose turn it is
     * @param contexts length of each, in tokens
     * @return fails as {@link #acquire(CatalogModel)} does, with {@link ContextTooLongException} when there will never be room
     */
    public CompletableFuture<ModelLease> withRoom(ModelLease lease, Share share, List<Integer> contexts) {
        ContextRoom room = room(lease.model().facts());
        long bytes = contexts.stream().mapToLong(room::bytes).sum();
        return withRoom(lease, share, bytes, refused -> room.explained(refused, contexts));
    }

    /**
     * As {@link #withRoom}, for texts of which nothing is kept.
     *
     * @param positions that are read at once
     */
    public CompletableFuture<ModelLease> withReadingRoom(ModelLease lease, Share share, int positions) {
        return withRoom(lease, share, ContextRoom.reading(positions), refused -> refused);
    }

    private CompletableFuture<ModelLease> withRoom(
            ModelLease lease, Share share, long bytes, UnaryOperator<Throwable> explained) {
        CompletableFuture<ModelLease> roomy = new CompletableFuture<>();
        loop.submit(() -> {
            if (scheduler.onGrow(lease.ticket(), bytes, true)) {
                if (!roomy.complete(lease)) {
                    lease.close();
                }
                return;
            }
            PoolTicket<EngineModel> held = lease.ticket();
            lease.close();
            ask(
                    lease.engine(),
                    lease.source(),
                    new PoolTicket<>(held.id(), held.bytes(), held.keepAlive(), share, bytes),
                    explained,
                    roomy);
        });
        return roomy;
    }

    /**
     * More room for a context that grows, if there is any.
     *
     * @param from tokens that there is room for
     * @param to tokens that there shall be room for
     * @return whether it was given
     */
    public CompletableFuture<Boolean> grow(ModelLease lease, int from, int to) {
        ContextRoom room = room(lease.model().facts());
        long bytes = room.bytes(to) - room.bytes(from);
        CompletableFuture<Boolean> given = new CompletableFuture<>();
        loop.submit(() -> given.complete(!lease.isClosed() && scheduler.onGrow(lease.ticket(), bytes, false)));
        return given;
    }

    /**
     * Room for what a draft model remembers of the contexts of a lease, if there is any.
     *
     * @param draft a lease of the draft model
     * @param contexts length of each, in tokens
     * @return whether it was given; it is given back with {@code lease}
     */
    public CompletableFuture<Boolean> roomForDraft(ModelLease lease, ModelLease draft, List<Integer> contexts) {
        ContextRoom room = room(draft.model().facts());
        long bytes = contexts.stream().mapToLong(room::bytes).sum();
        CompletableFuture<Boolean> given = new CompletableFuture<>();
        loop.submit(() -> given.complete(!lease.isClosed() && scheduler.onGrow(lease.ticket(), bytes, false)));
        return given;
    }

    /** The model with that id, if it is in memory. Never loads, never blocks. */
    public Optional<LoadedModel> loadedModel(String id) {
        String base = base(id);
        return picture.models().stream()
                .filter(model -> model.id().equals(base))
                .findFirst();
    }

    /** With an adapter or without, a model is in memory once. */
    private static String base(String id) {
        int at = id.indexOf(CatalogModel.WITH);
        return at < 0 ? id : id.substring(0, at);
    }

    /** All models in memory, in the order they were loaded. Never blocks. */
    public List<LoadedModel> loadedModels() {
        return picture.models();
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
            leases.giveNotice(base(id), now() + patience.toMillis());
            scheduler.onUnload(base(id));
            leases.endOverdue(now());
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
            scheduler.onMostModels(settings.maxModels());
        });
    }

    /** Tries a model again that was refused because the engine kept ending with it. */
    public void pardon(String id) {
        loop.submit(() -> scheduler.onPardon(base(id)));
    }

    /** Who asks for one of the lost models loads it again; those that are pinned nobody has to ask for. */
    private void lost(EngineLoss loss) {
        Optional<Engine> engine = host.running();
        if (stopping || engine.isEmpty()) {
            return;
        }
        Optional<String> cause = loss.model().flatMap(this::id);
        cause.ifPresent(scheduler::onCrashed);
        List<String> pinned = scheduler.onLost(model -> !engine.get().holds(model));
        cause.ifPresent(id -> phases.failed(id, loss.reason() + " while it was working on this model"));
        for (String id : pinned) {
            PoolTicket<EngineModel> ticket =
                    new PoolTicket<>(id, known.get(id).facts().weightBytes());
            whenDone(ticket.answer(), (model, refused) -> {
                if (refused == null) {
                    loop.submit(() -> scheduler.onRelease(ticket));
                }
            });
            scheduler.onAcquire(ticket);
        }
    }

    /** Tells the world what the scheduler has just decided. */
    private void show() {
        boolean news = picture.take(scheduler);
        if (stopping) {
            // Nobody listens any more, and what has not been loaded yet of a replaced application never will be.
            return;
        }
        if (news) {
            announcements.fire(new PoolChanged(picture.models()));
        }
        phases.show(scheduler.views(), scheduler.queued());
    }

    private Optional<String> id(Path folder) {
        return known.entrySet().stream()
                .filter(model -> model.getValue().folder().equals(folder))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void submit(Consumer<PoolScheduler<EngineModel>> event) {
        loop.submit(() -> event.accept(scheduler));
    }

    private void tick() {
        scheduler.onTick();
        leases.endOverdue(now());
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static OptionalLong milliseconds(OptionalInt seconds) {
        return seconds.isPresent()
                ? OptionalLong.of(TimeUnit.SECONDS.toMillis(seconds.getAsInt()))
                : OptionalLong.empty();
    }

    /**
     * The longest context of a model, in positions, that has room beside its weights.
     *
     * @param bytes for both together
     */
    public int longestContext(ModelFacts facts, long bytes) {
        return room(facts).longest(bytes - facts.weightBytes());
    }

    /** What one position of a model costs in its cache, by kind of layer, as keys and values are kept here. */
    public Map<KvKind, Long> kvBytes(ModelFacts facts) {
        return facts.kvBytes(engineConfig.storedKvBits());
    }

    /** Most bytes that all models together may take. */
    public long memoryLimit() {
        return budget;
    }

    /** Bytes that contexts of running requests may take. */
    public long contextMemory() {
        return picture.contextMemory();
    }

    /**
     * Bytes that models take up now: weights, caches and work space.
     */
    public long memoryInUse() {
        long allocated = host.running().map(Engine::activeBytes).orElse(0L);
        return Math.max(picture.modelMemory(), allocated);
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
}
