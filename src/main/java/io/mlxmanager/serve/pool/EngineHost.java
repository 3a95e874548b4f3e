package io.mlxmanager.serve.pool;

import io.mlxmanager.base.config.EngineConfig;
import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.crypto.SecretFile;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineLibrary;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.worker.WorkerEngine;
import io.mlxmanager.engine.worker.WorkerSettings;
import io.mlxmanager.engine.worker.WorkerWatcher;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The life of the local engine: the native library is found or built in the background after the start, then the engine
 * runs until the application stops. Any thread.
 */
@ApplicationScoped
public class EngineHost {

    private static final Logger LOG = Logger.getLogger(EngineHost.class.getName());

    private static final ThreadFactory THREADS = new LastingThreads("engine");

    private final CompletableFuture<Engine> engine = new CompletableFuture<>();
    private volatile EngineStatus status = EngineStatus.preparing("The local engine is starting");
    private volatile boolean stopping;
    private volatile Engine kept;
    private volatile Consumer<EngineLoss> whenLost = loss -> {};
    private EngineConfig config;
    private HomeConfig home;

    /** For the container's proxy. */
    protected EngineHost() {}

    @Inject
    public EngineHost(EngineConfig config, HomeConfig home) {
        this.config = config;
        this.home = home;
    }

    /** Starts getting the engine ready; returns at once. Called once. */
    public void prepare() {
        THREADS.newThread(this::open).start();
    }

    private void open() {
        try {
            EngineOptions options = new EngineOptions(
                    config.threads(),
                    config.exact(),
                    config.kvBits(),
                    config.prefillChunk(),
                    config.maxBatch(),
                    config.prefixCache().bytes(),
                    disk());
            if (config.process().own()) {
                Watch watch = new Watch();
                WorkerSettings settings = new WorkerSettings(
                        home.folder(),
                        config.backend(),
                        config.instructionSet(),
                        config.process().longestSilence());
                Engine worker = WorkerEngine.start(settings, options, THREADS, watch);
                keep(worker);
                watch.watched.complete(worker);
                return;
            }
            EngineLibrary.Outcome outcome =
                    EngineLibrary.load(home.folder(), config.backend(), config.instructionSet(), this::building);
            if (outcome instanceof EngineLibrary.Outcome.Loaded loaded) {
                Engine started = Engine.start(options, THREADS);
                status = EngineStatus.ready(loaded.backend(), loaded.version(), loaded.isa(), started.device());
                keep(started);
                engine.complete(started);
            } else {
                unavailable(((EngineLibrary.Outcome.Unavailable) outcome).reason());
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.log(stopping ? Level.FINE : Level.SEVERE, "The local engine could not be started", e);
            unavailable("The local engine could not be started: " + e.getMessage());
        }
    }

    /** Names of files are salted with a secret of this server, so that nobody can tell by them what was asked. */
    private Optional<EngineOptions.Disk> disk() {
        if (config.diskCache().bytes() == 0) {
            return Optional.empty();
        }
        String salt = SecretFile.readOrCreate(home.folder().resolve("prefix-cache.secret"))
                .value();
        return Optional.of(new EngineOptions.Disk(
                config.diskFolder().orElse(home.folder().resolve("prefix-cache")),
                config.diskCache().bytes(),
                salt.getBytes(StandardCharsets.UTF_8)));
    }

    /** The one engine that there is, to be closed at the end. */
    private void keep(Engine started) {
        kept = started;
        if (stopping) {
            started.close();
        }
    }

    /** Follows an engine in a process of its own. */
    private final class Watch implements WorkerWatcher {

        private final CompletableFuture<Engine> watched = new CompletableFuture<>();

        @Override
        public void ready(String backend, String version, String isa, String device) {
            status = EngineStatus.ready(backend, version, isa, device);
            var unused = watched.thenAccept(engine::complete);
        }

        @Override
        public void building(String line) {
            EngineHost.this.building(line);
        }

        @Override
        public void unavailable(String reason) {
            EngineHost.this.unavailable(reason);
        }

        @Override
        public void lost(String reason, Optional<Path> model) {
            status = EngineStatus.preparing(reason + "; it is being started again");
            whenLost.accept(new EngineLoss(reason, model));
        }
    }

    /** What is to be done each time when the models of a running engine are gone; returns at once. Called once. */
    void whenLost(Consumer<EngineLoss> action) {
        whenLost = action;
    }

    private void building(String line) {
        LOG.log(Level.WARNING, line);
        status = EngineStatus.preparing(line);
    }

    private void unavailable(String reason) {
        if (!stopping) {
            LOG.log(Level.WARNING, "No local engine. {0}", reason);
        }
        status = EngineStatus.none(reason);
        engine.completeExceptionally(new EngineUnavailableException(reason));
    }

    public EngineStatus status() {
        return status;
    }

    /** The engine, when it is there; fails with {@link EngineUnavailableException} when it will not come. */
    CompletableFuture<Engine> engine() {
        return engine.copy();
    }

    /** Completes when it is known whether there is a local engine. */
    public CompletableFuture<EngineStatus> settled() {
        return engine.handle((ready, failure) -> status);
    }

    /** The engine, if it is running now. */
    Optional<Engine> running() {
        return engine.isDone() && !engine.isCompletedExceptionally() ? Optional.of(engine.join()) : Optional.empty();
    }

    @PreDestroy
    void stop() {
        stopping = true;
        engine.completeExceptionally(new EngineUnavailableException("the server is stopping"));
        Engine started = kept;
        if (started != null) {
            started.close();
        }
    }
}
