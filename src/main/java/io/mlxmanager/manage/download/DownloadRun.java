package io.mlxmanager.manage.download;

import io.mlxmanager.base.config.DownloadConfig;
import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubEndpoint;
import io.mlxmanager.manage.hub.HubFile;
import io.mlxmanager.manage.hub.HubProblem;
import io.mlxmanager.manage.hub.HubRepository;
import io.mlxmanager.manage.hub.HubRevision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/**
 * One go at a download, from the plan to the reference that makes the model visible: several connections take parts of
 * files in turn; the thread of {@link #run} watches over time, disk and silence, and reports. Stops within moments when
 * told to, keeping what is there.
 */
final class DownloadRun {

    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration VERIFY_TICK = Duration.ofMillis(20);
    private static final int MOST_PLANS = 3;
    private static final int BUFFER = 1 << 16;
    private static final int HASH_BUFFER = 1 << 20;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** What a run needs of the world; shared by all. */
    record World(
            HubEndpoint hub,
            HubRepository repository,
            Path cache,
            DownloadConfig config,
            Throttle throttle,
            ToLongFunction<Path> freeSpace) {}

    /** Hears of a run's progress, on the run's thread. */
    interface Listener {

        /** The commit that is fetched from now on. */
        void planned(String commit);

        void progress(long bytes, long totalBytes, int filesDone, int filesTotal, long bytesPerSecond);
    }

    private record Unit(FileFetch fetch, int part) {}

    private final World world;
    private final ModelId model;
    private final Listener listener;
    private final CacheFolder folder;
    private final Halt halt = new Halt();
    private final Patience patience;
    private final LinkedBlockingQueue<Unit> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger filesLeft = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    DownloadRun(World world, ModelId model, Listener listener) {
        this.world = world;
        this.model = model;
        this.listener = listener;
        this.folder = new CacheFolder(world.cache(), model);
        this.patience = new Patience(halt, world.config().attempts());
    }

    /** Ends the run soon; may be called at any time, by any thread. */
    void stop() {
        stopped = true;
        halt.halt();
    }

    boolean stopped() {
        return stopped;
    }

    /**
     * Blocks until the model is complete or the run was stopped.
     *
     * @param commit to go on with; empty for the newest
     * @return whether the model is complete
     * @throws HubProblem, DownloadFailed or IOException when it cannot go on
     */
    boolean run(Optional<String> commit) throws IOException {
        Optional<String> wanted = commit;
        for (int plans = 1; ; plans++) {
            try {
                return attempt(plan(wanted));
            } catch (RepositoryChanged e) {
                if (plans == MOST_PLANS) {
                    throw new DownloadFailed(e.getMessage() + ", again and again");
                }
                // Only what hangs on this plan has ended; the next one starts clean.
                failure.set(null);
                queue.clear();
                wanted = Optional.empty();
            } catch (IOException | RuntimeException e) {
                if (stopped) {
                    return false;
                }
                throw e;
            }
        }
    }

    private DownloadPlan plan(Optional<String> commit) {
        HubRevision revision =
                patience.retrying(() -> halt.opening(() -> world.repository().revision(model, commit.orElse("main"))));
        DownloadPlan plan = DownloadPlan.of(revision);
        if (plan.files().isEmpty()) {
            throw new DownloadFailed("The repository " + model + " holds no files of a model");
        }
        listener.planned(revision.commit());
        return plan;
    }

    private boolean attempt(DownloadPlan plan) throws IOException {
        folder.create();
        List<FileFetch> fetches = new ArrayList<>();
        try {
            Set<String> seen = new HashSet<>();
            for (HubFile file : plan.files()) {
                if (seen.add(file.etag()) && !folder.holds(file)) {
                    fetches.add(new FileFetch(new PartialBlob(
                            folder, file, world.config().partSize().bytes())));
                }
            }
            fetch(plan, fetches);
        } finally {
            closeAll(fetches);
        }
        if (stopped) {
            return false;
        }
        folder.publish(plan.revision(), plan.files());
        return true;
    }

    private void fetch(DownloadPlan plan, List<FileFetch> fetches) throws IOException {
        long there = plan.bytes()
                - fetches.stream()
                        .mapToLong(fetch -> fetch.blob().file().size())
                        .sum();
        Report report = new Report(plan, fetches, there);
        checkDisk(fetches);
        report.send();
        filesLeft.set(fetches.size());
        for (FileFetch fetch : fetches) {
            enqueue(fetch);
        }
        List<Thread> workers = new ArrayList<>();
        LastingThreads threads = new LastingThreads("download");
        workers.add(threads.newThread(() -> verify(fetches)));
        for (int i = 0; i < world.config().connections() && !fetches.isEmpty(); i++) {
            workers.add(threads.newThread(() -> work(plan)));
        }
        workers.forEach(Thread::start);
        try {
            while (filesLeft.get() > 0 && failure.get() == null && !halt.pause(TICK)) {
                halt.closeSilent(world.config().stall());
                checkDisk(fetches);
                report.send();
            }
        } catch (DownloadFailed e) {
            failure.compareAndSet(null, e);
        } finally {
            joinAll(workers);
        }
        report.send();
        Throwable failed = failure.get();
        if (failed instanceof IOException io) {
            throw io;
        } else if (failed instanceof RuntimeException other) {
            throw other;
        }
    }

    private void enqueue(FileFetch fetch) {
        for (int part : fetch.missing()) {
            queue.add(new Unit(fetch, part));
        }
    }

    private void joinAll(List<Thread> workers) {
        for (Thread worker : workers) {
            boolean interrupted = false;
            while (worker.isAlive()) {
                try {
                    worker.join(TICK.toMillis());
                    halt.closeSilent(
                            failure.get() != null
                                    ? Duration.ZERO
                                    : world.config().stall());
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeAll(List<FileFetch> fetches) throws IOException {
        for (FileFetch fetch : fetches) {
            fetch.close();
        }
    }

    private boolean over() {
        return stopped || failure.get() != null || filesLeft.get() == 0;
    }

    private void work(DownloadPlan plan) {
        try {
            while (!over()) {
                Unit unit = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (unit != null) {
                    fetchPart(plan, unit);
                    unit.fetch().fetched();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void fetchPart(DownloadPlan plan, Unit unit) {
        PartialBlob blob = unit.fetch().blob();
        int failures = 0;
        while (!blob.complete(unit.part()) && !over()) {
            long before = blob.done(unit.part());
            try {
                transfer(plan, blob, unit.part());
            } catch (IOException | HubProblem e) {
                failures = blob.done(unit.part()) > before ? 1 : failures + 1;
                patience.pauseAfter(e, failures);
            }
        }
    }

    private void transfer(DownloadPlan plan, PartialBlob blob, int part) throws IOException {
        HubFile file = blob.file();
        long from = blob.start(part) + blob.done(part);
        long end = blob.start(part) + blob.length(part);
        String range = "bytes=" + from + "-" + (end - 1);
        try (HubEndpoint.Opened opened = halt.opening(() ->
                world.hub().open(world.repository().resolve(plan.revision(), file), range, file.path()))) {
            if (HASH.matcher(opened.etag()).matches() && !opened.etag().equals(file.etag())) {
                throw new RepositoryChanged(file.path());
            }
            InputStream body = opened.body();
            halt.heard(body);
            try {
                skipTo(from, opened);
                receive(body, blob, part);
            } finally {
                halt.forget(body);
            }
        }
    }

    /** A server without ranges sends the file from its beginning. */
    private static void skipTo(long from, HubEndpoint.Opened opened) throws IOException {
        if (opened.response().statusCode() == 206) {
            String given =
                    opened.response().headers().firstValue("Content-Range").orElse("");
            if (!given.startsWith("bytes " + from + "-")) {
                throw new IOException("asked for bytes from " + from + ", got " + given);
            }
        } else {
            opened.body().skipNBytes(from);
        }
    }

    private void receive(InputStream body, PartialBlob blob, int part) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = blob.length(part) - blob.done(part);
        while (left > 0 && !over()) {
            int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException(left + " bytes are missing at the end of a part of "
                        + blob.file().path());
            }
            blob.append(part, buffer, read);
            left -= read;
            long wait = world.throttle().book(read, System.nanoTime());
            if (wait > 0) {
                halt.pause(Duration.ofNanos(wait));
            }
            halt.heard(body);
        }
    }

    /** Follows all files with their hashes until each is right. */
    private void verify(List<FileFetch> fetches) {
        ByteBuffer buffer = ByteBuffer.allocate(HASH_BUFFER);
        try {
            while (!over()) {
                boolean idle = true;
                for (FileFetch fetch : fetches) {
                    idle &= fetch.complete() || verify(fetch, buffer) == FileFetch.Check.IDLE;
                }
                if (idle) {
                    halt.pause(VERIFY_TICK);
                }
            }
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private FileFetch.Check verify(FileFetch fetch, ByteBuffer buffer) throws IOException {
        FileFetch.Check check = fetch.check(buffer);
        if (check == FileFetch.Check.RIGHT) {
            filesLeft.decrementAndGet();
        } else if (check == FileFetch.Check.WRONG) {
            enqueue(fetch);
        }
        return check;
    }

    private void checkDisk(List<FileFetch> fetches) {
        long missing = fetches.stream()
                .mapToLong(fetch -> fetch.blob().file().size() - fetch.doneBytes())
                .sum();
        long free = world.freeSpace().applyAsLong(world.cache());
        long spare = world.config().keepFree().bytes();
        if (missing > 0 && free < missing + spare) {
            throw new DownloadFailed("Not enough disk space: " + missing + " bytes are still to come and " + spare
                    + " are kept free, but only " + free + " are free");
        }
    }

    /** Tells the listener how far everything is. */
    private final class Report {
        private final DownloadPlan plan;
        private final List<FileFetch> fetches;
        private final long there;
        private final Speed speed = new Speed();

        Report(DownloadPlan plan, List<FileFetch> fetches, long there) {
            this.plan = plan;
            this.fetches = fetches;
            this.there = there;
        }

        void send() {
            long bytes =
                    there + fetches.stream().mapToLong(FileFetch::doneBytes).sum();
            int open = (int) fetches.stream().filter(fetch -> !fetch.complete()).count();
            int total = plan.files().size();
            listener.progress(bytes, plan.bytes(), total - open, total, speed.sample(bytes, System.nanoTime()));
        }
    }
}
