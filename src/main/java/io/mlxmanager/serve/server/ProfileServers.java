package io.mlxmanager.serve.server;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.Profiles;
import io.mlxmanager.serve.generate.Refusals;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.pool.ModelState;
import io.mlxmanager.serve.pool.PoolChanged;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.server.ServerStatus.Phase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts and stops the models of profiles. A start returns at once; how it goes on is a {@link ServerStatus}. Any thread;
 * only {@link #awaitChange} waits.
 */
@ApplicationScoped
public class ProfileServers {

    private static final Logger LOG = Logger.getLogger(ProfileServers.class.getName());

    /** So long running answers may take to end when their model is stopped. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<Long, CompletableFuture<ModelLease>> starts = new ConcurrentHashMap<>();
    private final Map<Long, Problem> failures = new ConcurrentHashMap<>();
    private final Clock clock = Clock.systemUTC();
    private final Object changes = new Object();
    private long version;
    private Profiles profiles;
    private ModelRouter router;
    private ModelPool pool;
    private ModelUses uses;

    /** For the container's proxy. */
    protected ProfileServers() {}

    @Inject
    public ProfileServers(Profiles profiles, ModelRouter router, ModelPool pool, ModelUses uses) {
        this.profiles = profiles;
        this.router = router;
        this.pool = pool;
        this.uses = uses;
    }

    /** Starts what is pinned or starts by itself; what fails is told by its status and in the log. */
    public void startAll() {
        for (ProfileInfo profile : profiles.all()) {
            if (profile.settings().autoStart() || profile.settings().pinned()) {
                try {
                    begin(profile);
                } catch (Problem e) {
                    failed(profile, e);
                }
            }
        }
    }

    /**
     * Begins to load the profile's model; nothing happens when it is there or on its way.
     *
     * @throws Problem 404 when there is no such profile, or its model is gone
     */
    public ServerStatus start(long id) {
        ServerStatus before = status(id);
        if (before.phase() == Phase.STOPPED || before.phase() == Phase.FAILED || before.phase() == Phase.STOPPING) {
            begin(before.profile());
        } else {
            pin(before.profile());
        }
        return status(id);
    }

    private void begin(ProfileInfo profile) {
        CatalogModel model = router.resolve(profile.requestName()).model();
        failures.remove(profile.id());
        pin(profile);
        CompletableFuture<ModelLease> lease = pool.acquire(
                model, keepAlive(profile), profile.settings().context().length());
        starts.put(profile.id(), lease);
        var unused = lease.whenComplete((granted, failure) -> {
            starts.remove(profile.id(), lease);
            if (granted != null) {
                granted.close();
            } else if (!(cause(failure) instanceof CancellationException)) {
                failed(profile, Refusals.problem(cause(failure)));
            }
            announce();
        });
        announce();
    }

    private void pin(ProfileInfo profile) {
        if (profile.settings().pinned()) {
            pool.pin(profile.settings().modelId(), true);
        }
    }

    /** A model that stays for no time after an answer would be gone again before the first one. */
    private static OptionalInt keepAlive(ProfileInfo profile) {
        OptionalInt said = profile.settings().keepAliveSeconds();
        return said.isPresent() && said.getAsInt() == 0 ? OptionalInt.empty() : said;
    }

    private void failed(ProfileInfo profile, Problem problem) {
        LOG.log(Level.WARNING, "Profile ''{0}'' could not be started: {1}", new Object[] {
            profile.name(), problem.detail()
        });
        failures.put(profile.id(), problem);
    }

    /**
     * Unloads the profile's model, also for other profiles of it: they share its weights. Running answers may end first;
     * those that take too long are ended with an error.
     *
     * @param patience how long running answers may take to end
     * @throws Problem 404 when there is no such profile
     */
    public ServerStatus stop(long id, Duration patience) {
        ProfileInfo profile = profiles.get(id);
        CompletableFuture<ModelLease> start = starts.remove(id);
        if (start != null) {
            start.cancel(false);
        }
        failures.remove(id);
        pool.pin(profile.settings().modelId(), false);
        pool.unload(profile.settings().modelId(), patience);
        announce();
        return status(id);
    }

    /** Unloads the model and loads it again from disk. */
    public ServerStatus restart(long id, Duration patience) {
        ServerStatus stopped = stop(id, patience);
        begin(stopped.profile());
        return status(id);
    }

    /** @throws Problem 404 when there is no such profile */
    public ServerStatus status(long id) {
        return status(profiles.get(id));
    }

    /** The profiles whose model is in memory or on its way. */
    public List<ServerStatus> running() {
        return profiles.all().stream()
                .map(this::status)
                .filter(status -> status.phase() != Phase.STOPPED)
                .toList();
    }

    private ServerStatus status(ProfileInfo profile) {
        String id = profile.settings().modelId();
        Optional<LoadedModel> model = pool.loadedModel(id);
        Optional<Problem> failure = Optional.ofNullable(failures.get(profile.id()));
        Phase phase = model.map(loaded -> phase(loaded.state())).orElseGet(() -> {
            if (starts.containsKey(profile.id())) {
                return Phase.QUEUED;
            }
            return failure.isPresent() ? Phase.FAILED : Phase.STOPPED;
        });
        if (phase == Phase.READY) {
            failures.remove(profile.id());
        }
        return new ServerStatus(
                profile,
                phase,
                phase == Phase.FAILED ? failure.map(Problem::detail) : Optional.empty(),
                model,
                uses.of(id).map(ModelUses.Use::since));
    }

    private static Phase phase(ModelState state) {
        return switch (state) {
            case LOADING -> Phase.LOADING;
            case READY -> Phase.READY;
            case UNLOADING -> Phase.STOPPING;
        };
    }

    /** From the pool's thread, one change after the other. */
    void changed(@Observes PoolChanged event) {
        uses.note(event.models(), clock.instant());
        announce();
    }

    private void announce() {
        synchronized (changes) {
            version++;
            changes.notifyAll();
        }
    }

    /** A number that grows with every change. */
    public long version() {
        synchronized (changes) {
            return version;
        }
    }

    /** Waits until something changed after that version, or the time is over. */
    public void awaitChange(long seen, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (changes) {
            while (version == seen && end - System.nanoTime() > 0) {
                TimeUnit.NANOSECONDS.timedWait(changes, end - System.nanoTime());
            }
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
