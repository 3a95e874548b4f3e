package io.mlxmanager.manage.download;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends a run's work at any moment: open connections are closed, threads that wait for one are interrupted, pauses end.
 * Threads that write files are not interrupted, which would close the files. Any thread.
 */
final class Halt {

    private static final Logger LOG = Logger.getLogger(Halt.class.getName());

    private final CountDownLatch halted = new CountDownLatch(1);
    private final Set<Thread> opening = new HashSet<>();
    private final Map<Closeable, Long> heardAt = new ConcurrentHashMap<>();

    /** Opens a connection. */
    @FunctionalInterface
    interface Opening<T> {
        T open();
    }

    boolean halted() {
        return halted.getCount() == 0;
    }

    void halt() {
        halted.countDown();
        synchronized (opening) {
            opening.forEach(Thread::interrupt);
        }
        heardAt.keySet().forEach(Halt::close);
    }

    /** @return whether it was halted meanwhile */
    boolean pause(Duration time) {
        try {
            return halted.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Runs what may block for long and can be interrupted. */
    <T> T opening(Opening<T> work) {
        synchronized (opening) {
            if (halted()) {
                throw new DownloadFailed("stopped");
            }
            opening.add(Thread.currentThread());
        }
        try {
            return work.open();
        } finally {
            synchronized (opening) {
                opening.remove(Thread.currentThread());
                // An interruption that came too late must not close a file.
                Thread.interrupted();
            }
        }
    }

    /** A connection is open, or has said something. */
    void heard(Closeable connection) {
        heardAt.put(connection, System.nanoTime());
        if (halted()) {
            close(connection);
        }
    }

    void forget(Closeable connection) {
        heardAt.remove(connection);
    }

    /** Closes the connections that have been silent for longer. */
    void closeSilent(Duration longest) {
        long limit = System.nanoTime() - longest.toNanos();
        for (Iterator<Map.Entry<Closeable, Long>> all = heardAt.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Closeable, Long> entry = all.next();
            if (entry.getValue() < limit) {
                all.remove();
                close(entry.getKey());
            }
        }
    }

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.log(Level.FINE, "a connection that was given up did not close", e);
        }
    }
}
