package io.mlxmanager.manage.download;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The present state of one download, and a place to wait for the next. Any number of observers, any thread. */
public final class ProgressFeed {

    private DownloadState state;

    /** Sequences begin at the clock's time, so that one of before a restart is never one of after it. */
    public ProgressFeed(DownloadState state) {
        this.state = state.withSequence(System.currentTimeMillis() * 1000);
    }

    public synchronized DownloadState current() {
        return state;
    }

    /** Waits for a state other than that of the sequence; empty when there was none in time. */
    public synchronized Optional<DownloadState> awaitAfter(long sequence, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (state.sequence() == sequence) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        return Optional.of(state);
    }

    /** Changes the state and wakes the observers; the change is seen by all or none. */
    synchronized DownloadState change(UnaryOperator<DownloadState> change) {
        state = change.apply(state).withSequence(state.sequence() + 1);
        notifyAll();
        return state;
    }
}
