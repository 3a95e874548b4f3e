package io.mlxmanager.api.system;

import io.mlxmanager.api.pool.PoolView;
import io.mlxmanager.manage.audit.AuditKind;
import io.mlxmanager.manage.audit.AuditRecorded;
import io.mlxmanager.manage.audit.AuditRow;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.serve.generate.Traffic;
import io.mlxmanager.serve.generate.TrafficMeter;
import io.mlxmanager.serve.health.MachineCpu;
import io.mlxmanager.serve.health.MachineMemory;
import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.pool.PoolChanged;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * What all open readers of the event stream are told: changes of the pool when they happen, and once a second what the
 * server is doing. Keeps the last minutes, so that a chart that is opened now begins in the past. Any thread.
 */
@ApplicationScoped
public class SystemFeed {

    private static final Logger LOG = Logger.getLogger(SystemFeed.class.getName());
    private static final int HISTORY = 120;

    /** The list of models is read from the disk, so it is looked at less often. */
    private static final int TICKS_BETWEEN_MODELS = 5;

    private final Set<FeedReader> readers = ConcurrentHashMap.newKeySet();
    private final Deque<ActivitySample> history = new ArrayDeque<>();
    private final Clock clock = Clock.systemUTC();
    private ModelPool pool;
    private EngineHost engine;
    private TrafficMeter traffic;
    private ModelRouter router;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private ScheduledFuture<?> ticking;
    private Map<String, Long> lastTokens = Map.of();
    private long lastTick = System.nanoTime();
    private int ticks;
    private volatile Frame lastPool;
    private volatile Frame lastInfo;
    private volatile Offer lastOffer = new Offer(List.of(), List.of());

    /** What can be asked for. */
    private record Offer(List<CatalogModel> models, List<ProfileInfo> profiles) {}

    /** For the container's proxy. */
    protected SystemFeed() {}

    @Inject
    public SystemFeed(ModelPool pool, EngineHost engine, TrafficMeter traffic, ModelRouter router) {
        this.pool = pool;
        this.engine = engine;
        this.traffic = traffic;
        this.router = router;
    }

    void start(@Observes Startup start) {
        // The first one now: what it needs is loaded while the archive is surely there, also where the application is
        // replaced within its first second.
        tick();
        ticking = scheduler.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    @PreDestroy
    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    /** A reader who has been told the present state and is told every change until {@link #leave}. */
    FeedReader join(Caller caller) {
        Offer offer = offer();
        FeedReader reader = new FeedReader(caller);
        synchronized (this) {
            reader.offer(Frame.of("info", SystemView.info(engine.status())));
            reader.offer(models(offer, caller));
            reader.offer(poolFrame());
            JsonArrayBuilder past = Json.createArrayBuilder();
            history.forEach(sample -> past.add(sample.toJson()));
            reader.offer(Frame.of("history", past.build()));
            readers.add(reader);
        }
        return reader;
    }

    void leave(FeedReader reader) {
        readers.remove(reader);
    }

    void poolChanged(@Observes PoolChanged event) {
        if (!readers.isEmpty()) {
            tellPool();
        }
    }

    void recorded(@Observes AuditRecorded event) {
        AuditRow row = event.row();
        Long user = row.entry().userId();
        if (user == null || row.entry().kind() != AuditKind.INFERENCE) {
            return;
        }
        readers.stream()
                .filter(reader -> user.equals(reader.caller().userIdOrNull()))
                .forEach(reader -> reader.offer(Frame.of("request", SystemView.request(row))));
    }

    void tick() {
        try {
            ActivitySample sample = sample(traffic.now());
            synchronized (this) {
                history.add(sample);
                if (history.size() > HISTORY) {
                    history.remove();
                }
                tell(Frame.of("activity", sample.toJson()));
            }
            if (!readers.isEmpty()) {
                tellPool();
                tellInfo();
                if (++ticks % TICKS_BETWEEN_MODELS == 0) {
                    tellModels();
                }
            }
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            LOG.log(Level.WARNING, "The state of the server could not be told", e);
        }
    }

    private ActivitySample sample(Map<String, Traffic> models) {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - lastTick) / 1e9);
        lastTick = now;
        Map<String, Double> rates = new HashMap<>();
        models.forEach((id, traffic) -> {
            long generated = traffic.tokens() - lastTokens.getOrDefault(id, 0L);
            if (generated > 0) {
                rates.put(id, generated / seconds);
            }
        });
        lastTokens = models.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().tokens()));
        return new ActivitySample(
                clock.instant(),
                rates,
                models.values().stream().mapToInt(Traffic::running).sum(),
                models.values().stream().mapToInt(Traffic::waiting).sum(),
                MachineCpu.now(),
                MachineMemory.now());
    }

    private void tellPool() {
        synchronized (this) {
            Frame now = poolFrame();
            if (!now.equals(lastPool)) {
                lastPool = now;
                tell(now);
            }
        }
    }

    private void tellInfo() {
        Frame now = Frame.of("info", SystemView.info(engine.status()));
        if (!now.equals(lastInfo)) {
            lastInfo = now;
            tell(now);
        }
    }

    private void tellModels() {
        Offer now = offer();
        if (!Objects.equals(now, lastOffer)) {
            lastOffer = now;
            readers.forEach(reader -> reader.offer(models(now, reader.caller())));
        }
    }

    private Offer offer() {
        return new Offer(router.available(), router.profiles());
    }

    private Frame poolFrame() {
        return Frame.of("pool", PoolView.now(pool, traffic.now()));
    }

    private void tell(Frame frame) {
        readers.forEach(reader -> reader.offer(frame));
    }

    private static Frame models(Offer offer, Caller caller) {
        JsonArrayBuilder list = Json.createArrayBuilder();
        offer.models().stream()
                .filter(model -> caller.mayUse(model.id()))
                .forEach(model -> list.add(entry(model.id(), "model", model.id())));
        offer.profiles().stream()
                .filter(profile -> ModelRouter.mayUse(caller, profile))
                .forEach(profile -> list.add(entry(
                        profile.requestName(), "profile", profile.settings().modelId())));
        return Frame.of("models", list.build());
    }

    private static JsonObject entry(String id, String kind, String modelId) {
        return Json.createObjectBuilder(Map.of("id", id, "kind", kind, "model_id", modelId))
                .build();
    }
}
