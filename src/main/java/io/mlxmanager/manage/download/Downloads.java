package io.mlxmanager.manage.download;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubProblem;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The downloads: started, paused, resumed and cancelled by users, gone on with after a restart. The database knows each;
 * those that may still become complete have a job here. Any thread; what a job does next is decided under one lock, what
 * takes long is done outside it.
 */
public final class Downloads implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Downloads.class.getName());
    private static final long SAVE_EVERY_NANOS = 2_000_000_000L;
    private static final int STOP_SECONDS = 10;

    private final DownloadStore store;
    private final DownloadRun.World world;
    private final Clock clock;
    private final ExecutorService threads;
    private final Map<Long, Job> jobs = new HashMap<>();

    /** The end of the last work on each model's files; the next waits for it. */
    private final Map<String, CompletableFuture<Void>> lastWork = new HashMap<>();

    private boolean closed;

    /**
     * What became of a cancelled download.
     *
     * @param cleaned whether what it had fetched is gone from the disk
     */
    public record Cancelled(DownloadState state, boolean cleaned) {}

    private static final class Job {
        private final ProgressFeed feed;
        private final ModelId model;
        private DownloadRun run;
        private long savedAt;

        Job(DownloadState state, ModelId model) {
            this.feed = new ProgressFeed(state);
            this.model = model;
        }

        DownloadStatus status() {
            return feed.current().status();
        }
    }

    Downloads(DownloadStore store, DownloadRun.World world, Clock clock) {
        this.store = store;
        this.world = world;
        this.clock = clock;
        this.threads = Executors.newFixedThreadPool(world.config().jobs(), new LastingThreads("downloads"));
    }

    /** Goes on with what was running when the server ended; what was paused waits on. */
    synchronized void recover() {
        for (DownloadState state : store.active()) {
            ModelId model = ModelId.parse(state.modelId()).orElseThrow();
            Job job = new Job(state, model);
            jobs.put(state.id(), job);
            if (state.status().running()) {
                launch(job);
            }
        }
    }

    /**
     * Starts a download, or answers with the one of that model that is under way.
     *
     * @throws InvalidInput when that is no name of a model
     * @throws HubProblem when the hub may not be asked
     */
    public synchronized DownloadState start(String modelId) {
        ModelId model = ModelId.parse(modelId)
                .orElseThrow(() -> InvalidInput.of("model_id", "must be the name of a model, owner/name"));
        Optional<DownloadState> present = store.findActive(model.toString());
        if (present.isPresent()) {
            return live(present.get());
        }
        world.hub().requireOnline();
        DownloadState state = store.add(UUID.randomUUID().toString(), model.toString(), now());
        Job job = new Job(state, model);
        jobs.put(state.id(), job);
        launch(job);
        return job.feed.current();
    }

    /** The download of that number or task. */
    public synchronized Optional<DownloadState> find(String id) {
        Optional<DownloadState> stored = id.matches("\\d{1,18}") ? store.find(Long.parseLong(id)) : store.findTask(id);
        return stored.map(this::live);
    }

    /** What is to be observed of the download of that number or task. */
    public synchronized Optional<ProgressFeed> observe(String id) {
        return find(id).map(state -> {
            Job job = jobs.get(state.id());
            return job == null ? new ProgressFeed(state) : job.feed;
        });
    }

    /** Downloads that may still become complete, oldest first. */
    public synchronized List<DownloadState> active() {
        List<DownloadState> states = new ArrayList<>();
        jobs.values().forEach(job -> states.add(job.feed.current()));
        states.sort(Comparator.comparingLong(DownloadState::id));
        return states;
    }

    /** @throws Problem 404, or 409 when it does not run */
    public synchronized DownloadState pause(String id) {
        DownloadState before = existing(id);
        if (!before.status().mayPause()) {
            throw conflict("pause", before);
        }
        Job job = jobs.get(before.id());
        halt(job);
        return change(job, state -> with(state, DownloadStatus.PAUSED, Optional.empty(), Optional.empty()));
    }

    /** @throws Problem 404, or 409 when it is not paused */
    public synchronized DownloadState resume(String id) {
        DownloadState before = existing(id);
        if (!before.status().mayResume()) {
            throw conflict("resume", before);
        }
        world.hub().requireOnline();
        Job job = jobs.get(before.id());
        change(job, state -> with(state, DownloadStatus.PENDING, Optional.empty(), Optional.empty()));
        launch(job);
        return job.feed.current();
    }

    /**
     * Ends a download and removes what it fetched. Blocks while its last work ends.
     *
     * @throws Problem 404, or 409 when it has ended
     */
    public Cancelled cancel(String id) {
        DownloadState after;
        ModelId model;
        CompletableFuture<Void> before;
        CompletableFuture<Void> cleaning = new CompletableFuture<>();
        synchronized (this) {
            DownloadState state = existing(id);
            if (!state.status().mayCancel()) {
                throw conflict("cancel", state);
            }
            model = ModelId.parse(state.modelId()).orElseThrow();
            boolean anotherRuns = state.status() == DownloadStatus.FAILED
                    && store.findActive(state.modelId()).isPresent();
            if (anotherRuns) {
                throw Problem.conflict("Cannot cancel download in 'failed' state: another download of "
                        + state.modelId() + " goes on with its files");
            }
            Job job = jobs.getOrDefault(state.id(), new Job(state, model));
            halt(job);
            after = change(job, now -> with(now, DownloadStatus.CANCELLED, now.error(), Optional.of(this.now())));
            jobs.remove(state.id());
            before = follow(state.modelId(), cleaning);
        }
        try {
            return new Cancelled(after, clean(model, before));
        } finally {
            ended(after.modelId(), cleaning);
        }
    }

    private boolean clean(ModelId model, CompletableFuture<Void> before) {
        try {
            before.join();
            new CacheFolder(world.cache(), model).clean();
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "What was downloaded of " + model + " could not be removed", e);
            return false;
        }
    }

    /** Stops the work without changing what it is about: the next start goes on with it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            // Not by a method reference, which would load Job here: of a redeployed application the archive is gone
            // already.
            for (Job job : jobs.values()) {
                halt(job);
            }
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warning("A download did not stop in time; it goes on at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void launch(Job job) {
        Reporter reporter = new Reporter(job);
        DownloadRun run = new DownloadRun(world, job.model, reporter);
        reporter.mine = run;
        job.run = run;
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = follow(job.model.toString(), done);
        threads.execute(() -> {
            try {
                before.join();
                work(job, run);
            } finally {
                ended(job.model.toString(), done);
            }
        });
    }

    /** @return the end of the work that the new one has to wait for */
    private CompletableFuture<Void> follow(String model, CompletableFuture<Void> work) {
        CompletableFuture<Void> before = lastWork.put(model, work);
        return before == null ? CompletableFuture.completedFuture(null) : before;
    }

    private synchronized void ended(String model, CompletableFuture<Void> work) {
        lastWork.remove(model, work);
        work.complete(null);
    }

    private void work(Job job, DownloadRun run) {
        synchronized (this) {
            if (run.stopped() || job.run != run || closed) {
                return;
            }
            change(job, state -> with(state, DownloadStatus.STARTING, Optional.empty(), Optional.empty()));
        }
        try {
            if (run.run(store.revision(job.feed.current().id()))) {
                end(job, run, DownloadStatus.COMPLETED, Optional.empty());
            }
        } catch (Problem e) {
            end(job, run, DownloadStatus.FAILED, Optional.of(e.detail()));
        } catch (DownloadFailed | RepositoryChanged e) {
            end(job, run, DownloadStatus.FAILED, Optional.of(e.getMessage()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The download of " + job.model + " failed", e);
            end(job, run, DownloadStatus.FAILED, Optional.of("The files cannot be written: " + e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "The download of " + job.model + " failed", e);
            end(job, run, DownloadStatus.FAILED, Optional.of("Internal error; the server's log has more"));
        }
    }

    private synchronized void end(Job job, DownloadRun run, DownloadStatus status, Optional<String> error) {
        if (job.run != run || !job.status().running()) {
            return;
        }
        change(job, state -> with(state, status, error, Optional.of(now())));
        jobs.remove(job.feed.current().id());
    }

    private static void halt(Job job) {
        if (job.run != null) {
            job.run.stop();
            job.run = null;
        }
    }

    /** The database first: what observers have been told must survive. */
    private DownloadState change(Job job, UnaryOperator<DownloadState> change) {
        store.save(change.apply(job.feed.current()));
        job.savedAt = System.nanoTime();
        return job.feed.change(change);
    }

    private DownloadState existing(String id) {
        return find(id).orElseThrow(() -> Problem.notFound("Download not found").withCode("download_not_found"));
    }

    private DownloadState live(DownloadState stored) {
        Job job = jobs.get(stored.id());
        return job == null ? stored : job.feed.current();
    }

    private Instant now() {
        return clock.instant();
    }

    private static Problem conflict(String verb, DownloadState state) {
        return Problem.conflict(
                "Cannot " + verb + " download in '" + state.status().word() + "' state");
    }

    private static DownloadState with(
            DownloadState state, DownloadStatus status, Optional<String> error, Optional<Instant> completedAt) {
        return new DownloadState(
                state.id(),
                state.taskId(),
                state.modelId(),
                status,
                state.sequence(),
                status == DownloadStatus.COMPLETED ? state.totalBytes() : state.downloadedBytes(),
                state.totalBytes(),
                state.filesDone(),
                state.filesTotal(),
                0,
                error,
                state.startedAt(),
                completedAt);
    }

    /** Takes a run's reports, unless it has been told to stop. */
    private final class Reporter implements DownloadRun.Listener {

        private final Job job;
        private DownloadRun mine;

        Reporter(Job job) {
            this.job = job;
        }

        @Override
        public void planned(String commit) {
            store.setRevision(job.feed.current().id(), commit);
        }

        @Override
        public void progress(long bytes, long totalBytes, int filesDone, int filesTotal, long bytesPerSecond) {
            synchronized (Downloads.this) {
                if (job.run != mine || !job.status().running()) {
                    return;
                }
                DownloadState state = job.feed.change(now -> new DownloadState(
                        now.id(),
                        now.taskId(),
                        now.modelId(),
                        DownloadStatus.DOWNLOADING,
                        now.sequence(),
                        bytes,
                        totalBytes,
                        filesDone,
                        filesTotal,
                        bytesPerSecond,
                        Optional.empty(),
                        now.startedAt(),
                        Optional.empty()));
                if (System.nanoTime() - job.savedAt > SAVE_EVERY_NANOS) {
                    job.savedAt = System.nanoTime();
                    store.save(state);
                }
            }
        }
    }
}
