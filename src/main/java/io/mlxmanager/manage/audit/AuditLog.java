package io.mlxmanager.manage.audit;

import io.mlxmanager.base.config.AuditConfig;
import io.mlxmanager.manage.audit.AuditStore.Pending;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The audit log. Entries are put in a bounded queue by the threads that finish requests and written in batches by one
 * thread of its own, so that a slow database slows those threads only when the queue is full, and the engine never. A
 * database that fails is tried again until it works or the server stops; what could not be written is counted and
 * logged, never silently lost.
 *
 * <p>Start it once, then {@link #close()} it: what is queued is written first. Safe for many threads.
 */
public final class AuditLog implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(AuditLog.class.getName());
    private static final int BATCH = 256;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(15);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(2);

    private final AuditStore store;
    private final AuditConfig config;
    private final Clock clock;
    private final Consumer<AuditRow> announce;
    private final BlockingQueue<Pending> queue;
    private final Thread writer;

    private final Object progress = new Object();
    private long accepted;
    private long settled;
    private volatile boolean closing;

    /** @param announce called on the writer's thread for every row committed; must not block */
    AuditLog(AuditStore store, AuditConfig config, Clock clock, ThreadFactory threads, Consumer<AuditRow> announce) {
        this.store = store;
        this.config = config;
        this.clock = clock;
        this.announce = announce;
        this.queue = new ArrayBlockingQueue<>(config.queueCapacity());
        this.writer = threads.newThread(this::writeUntilClosed);
    }

    void start() {
        writer.start();
    }

    /**
     * Records what has ended. Returns at once unless the queue is full; then waits for room up to the configured time,
     * after which the row is given up with an error in the log. Never throws.
     */
    public void append(AuditEntry entry) {
        Pending pending = new Pending(entry, clock.instant());
        synchronized (progress) {
            accepted++;
        }
        boolean queued = false;
        try {
            queued = !closing && queue.offer(pending, config.queueTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            queued = queue.offer(pending);
        }
        if (!queued) {
            settle(1);
            LOG.severe(() -> "Audit row lost, the queue is full or closed: request " + entry.requestId() + ", user "
                    + entry.userId() + ", " + entry.endpoint() + ", "
                    + entry.status().word());
        }
    }

    /** Rows by query, newest first; those appended before the call are among them unless the database is behind. */
    public List<AuditRow> find(AuditQuery query) {
        awaitSettled();
        return store.find(query);
    }

    /** Numbers over the rows of a filter; those appended before the call count unless the database is behind. */
    public AuditStats stats(AuditFilter filter) {
        awaitSettled();
        return store.stats(filter);
    }

    /** Writes what is queued, then ends the writer; gives up after 15 seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(FLUSH_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitSettled() {
        long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
        synchronized (progress) {
            long goal = accepted;
            try {
                for (long left = SETTLE_LIMIT.toNanos();
                        settled < goal && left > 0;
                        left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(progress, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void settle(int entries) {
        synchronized (progress) {
            settled += entries;
            progress.notifyAll();
        }
    }

    private void writeUntilClosed() {
        List<Pending> batch = new ArrayList<>(BATCH);
        while (!(closing && queue.isEmpty())) {
            batch.clear();
            try {
                Pending first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
            } catch (InterruptedException e) {
                // The server takes its threads back: write what is there and end.
                closing = true;
                continue;
            }
            queue.drainTo(batch, BATCH - 1);
            writeWithRetries(batch);
            settle(batch.size());
        }
    }

    private void writeWithRetries(List<Pending> batch) {
        Duration pause = FIRST_RETRY;
        while (true) {
            try {
                store.write(batch).forEach(this::announceSafely);
                return;
            } catch (RuntimeException e) {
                // Whatever the database or its provider throws, this thread is the only writer and must go on.
                if (closing) {
                    LOG.log(Level.SEVERE, batch.size() + " audit rows lost: the database failed while stopping", e);
                    return;
                }
                LOG.log(Level.SEVERE, "Audit rows could not be written, trying again in " + pause, e);
                sleep(pause);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
            }
        }
    }

    private void announceSafely(AuditRow row) {
        try {
            announce.accept(row);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "A listener failed on audit row " + row.id(), e);
        }
    }

    private void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            closing = true;
        }
    }
}
