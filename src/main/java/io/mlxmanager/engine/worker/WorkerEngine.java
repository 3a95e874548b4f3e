package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.Companions;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineAdapter;
import io.mlxmanager.engine.EngineLostException;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The engine in a child process that is started again whenever it ends. What ran in it fails with {@link EngineLostException},
 * its models are gone ({@link #holds}), and what is loaded meanwhile waits for the next one. One thread watches the process
 * and hears it.
 */
public final class WorkerEngine implements Engine {

    private static final Logger LOG = Logger.getLogger(WorkerEngine.class.getName());

    /** A worker that has worked for so long is replaced at once; one that has not, after a pause that doubles. */
    private static final long STABLE_MILLIS = 10_000;

    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    /** So many ends in a row are met without a pause. */
    private static final int PATIENCE = 3;

    /** Most that passes between two looks at whether a process goes on, unless this one stands still. */
    private static final Duration GLANCE = Duration.ofMillis(500);

    private final WorkerSettings settings;
    private final EngineOptions options;
    private final WorkerWatcher watcher;
    private final ThreadFactory factory;
    private final Executor beside;
    private final ExecutorService grammars;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread supervisor;
    private CompletableFuture<WorkerLife> ready = new CompletableFuture<>();
    private WorkerProcess process;
    private volatile WorkerLife current;
    private volatile long lent;
    private int endsInRow;
    private boolean closing;

    private WorkerEngine(WorkerSettings settings, EngineOptions options, ThreadFactory factory, WorkerWatcher watcher) {
        this.settings = settings;
        this.options = options;
        this.watcher = watcher;
        this.factory = factory;
        this.beside = task -> factory.newThread(task).start();
        this.grammars = Executors.newSingleThreadExecutor(factory);
        this.lent = options.prefixCacheBytes();
        this.supervisor = factory.newThread(this::supervise);
    }

    /**
     * Starts the first process; whoever watches hears when it is ready, or why there will be none.
     *
     * @param factory makes a few threads, none of which computes
     */
    public static WorkerEngine start(
            WorkerSettings settings, EngineOptions options, ThreadFactory factory, WorkerWatcher watcher) {
        WorkerEngine engine = new WorkerEngine(settings, options, factory, watcher);
        engine.supervisor.start();
        factory.newThread(engine::listenForSilence).start();
        return engine;
    }

    private void supervise() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (closed.getCount() > 0) {
                long began = System.nanoTime();
                boolean again = live();
                boolean stable = System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(STABLE_MILLIS);
                endsInRow = stable ? 0 : endsInRow + 1;
                if (!again) {
                    return;
                }
                if (endsInRow > PATIENCE) {
                    LOG.log(Level.WARNING, "The engine process is started again in {0} ms", pause);
                    if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
                } else {
                    pause = FIRST_PAUSE_MILLIS;
                }
            }
        } catch (InterruptedException e) {
            // Ended by close() alone: an interrupt from the container comes before the models are unloaded.
            close();
        }
    }

    /** Ends a process whose engine hangs, which the supervisor then meets as it meets every end. */
    private void listenForSilence() {
        try {
            while (!closed.await(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                endIfSilent();
            }
        } catch (InterruptedException e) {
            // As the supervisor's: ended by close() alone.
            close();
        }
    }

    private synchronized void endIfSilent() {
        if (current != null && !current.over() && current.silentTooLong(System.nanoTime())) {
            process.kill("did not go on for " + settings.longestSilence().toSeconds() + " s and was ended");
        }
    }

    /** From the start of a process to its end; whether another one shall follow. */
    private boolean live() {
        WorkerLife life = null;
        String end = "";
        Optional<Path> model = Optional.empty();
        boolean again = true;
        try {
            WorkerProcess started = WorkerProcess.start(settings.home(), factory);
            life = new WorkerLife(
                    new FrameLink<>(started.input(), started.output(), Report.class, Request.class, factory),
                    grammars,
                    new Silence(settings.longestSilence(), GLANCE.multipliedBy(2), System.nanoTime()));
            again = begin(started, life);
            WorkerLife listening = life;
            try {
                life.listen(report -> news(report, listening, started));
            } catch (IOException | RuntimeException e) {
                end = started.end();
                model = listening.folder(started.worksOn());
                boolean expected = e instanceof EOFException || started.hasCrashed() || started.wasKilled();
                LOG.log(expected ? Level.FINE : Level.WARNING, "The engine process cannot be heard any more", e);
            }
        } catch (IOException e) {
            end = "could not be started: " + e.getMessage();
        }
        over(life, end, model);
        return again && !isClosing() && !ready().isCompletedExceptionally();
    }

    private synchronized boolean begin(WorkerProcess started, WorkerLife life) {
        process = started;
        current = life;
        life.start(Request.Start.of(settings.home(), settings.backend(), settings.isa(), options));
        if (closing) {
            life.close();
        }
        return !closing;
    }

    private void news(Report report, WorkerLife life, WorkerProcess sender) {
        if (report instanceof Report.Ready ready) {
            sender.forgetNote();
            life.lend(lent);
            watcher.ready(ready.backend(), ready.version(), ready.isa(), ready.device());
            ready().complete(life);
        } else if (report instanceof Report.Building building) {
            watcher.building(building.line());
        } else if (report instanceof Report.Unavailable none) {
            ready().completeExceptionally(new EngineLostException(none.reason()));
            watcher.unavailable(none.reason());
        }
    }

    private void over(WorkerLife life, String how, Optional<Path> model) {
        EngineLostException reason = new EngineLostException("The engine process " + how);
        if (life != null) {
            life.over(reason);
        }
        try {
            announce(reason, model);
        } finally {
            // Whoever hears of it and asks again at once shall find that the pool knows already.
            if (life != null) {
                life.end();
            }
        }
    }

    private void announce(EngineLostException reason, Optional<Path> model) {
        CompletableFuture<WorkerLife> waited;
        boolean wasReady;
        synchronized (this) {
            waited = ready;
            wasReady = waited.isDone();
            if (wasReady && !waited.isCompletedExceptionally() && !closing) {
                ready = new CompletableFuture<>();
            }
        }
        if (isClosing()) {
            CancellationException none = new CancellationException("the engine is closed");
            waited.completeExceptionally(none);
            synchronized (this) {
                ready = CompletableFuture.failedFuture(none);
            }
            return;
        }
        if (waited.isCompletedExceptionally()) {
            return;
        }
        LOG.log(Level.SEVERE, "{0}; what ran in it has failed", reason.getMessage());
        if (!wasReady && endsInRow >= PATIENCE) {
            // Nobody shall wait for a process that does not come up; who asks later may be luckier.
            synchronized (this) {
                ready = new CompletableFuture<>();
            }
            waited.completeExceptionally(reason);
        }
        watcher.lost(reason.getMessage(), model);
    }

    private synchronized CompletableFuture<WorkerLife> ready() {
        return ready;
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    @Override
    public CompletableFuture<EngineModel> load(Path folder, ModelPurpose purpose, IntConsumer percent) {
        return CompletableFuture.supplyAsync(() -> Tokenizer.load(folder), beside)
                .thenCompose(tokenizer -> load(folder, purpose, tokenizer, percent));
    }

    private CompletableFuture<EngineModel> load(
            Path folder, ModelPurpose purpose, Tokenizer tokenizer, IntConsumer percent) {
        CompletableFuture<EngineModel> loading;
        try {
            ModelFacts facts = Engine.inspect(folder);
            loading = ready().thenCompose(life -> life.load(folder, purpose, facts, tokenizer, percent));
        } catch (RuntimeException e) {
            loading = CompletableFuture.failedFuture(e);
        }
        return loading.whenComplete((model, failure) -> {
            if (failure != null) {
                tokenizer.close();
            }
        });
    }

    private static WorkerModel own(EngineModel model) {
        if (model instanceof WorkerModel own) {
            return own;
        }
        throw new IllegalArgumentException("the model is in this process");
    }

    @Override
    public CompletableFuture<Void> unload(EngineModel model) {
        WorkerModel own = own(model);
        return own.life().unload(own).handle((done, failure) -> {
            own.tokenizer().close();
            return null;
        });
    }

    @Override
    public boolean holds(EngineModel model) {
        return !own(model).life().over();
    }

    @Override
    public CompletableFuture<EngineAdapter> adapter(EngineModel model, Path folder) {
        return own(model).life().adapter(own(model), folder);
    }

    @Override
    public Generation generate(
            EngineModel model, Companions companions, GenerationRequest request, GenerationListener listener) {
        return own(model).life().generate(own(model), companions, request, listener);
    }

    @Override
    public EmbeddingRun embed(EngineModel model, List<int[]> texts, Share share) {
        if (texts.isEmpty() || texts.stream().anyMatch(text -> text.length == 0)) {
            throw new IllegalArgumentException("there are no tokens");
        }
        return own(model).life().embed(own(model), texts, share);
    }

    @Override
    public void lendToPrefixes(long bytes) {
        lent = bytes;
        WorkerLife life = current;
        if (life != null) {
            life.lend(bytes);
        }
    }

    @Override
    public String device() {
        WorkerLife life = current;
        return life == null ? "" : life.device();
    }

    @Override
    public long activeBytes() {
        WorkerLife life = current;
        return life == null ? 0 : life.activeBytes();
    }

    /** It hears to the end what the process has said. */
    private void awaitSupervisor() {
        boolean interrupted = false;
        while (supervisor.isAlive() && Thread.currentThread() != supervisor) {
            try {
                supervisor.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        WorkerProcess running;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            closed.countDown();
            running = process;
            if (current != null) {
                current.close();
            }
        }
        if (running != null) {
            running.await();
        }
        awaitSupervisor();
        grammars.shutdown();
    }
}
