package io.mlxmanager.api.system;

import io.mlxmanager.api.sse.EventStream;
import io.mlxmanager.manage.identity.Caller;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One reader of the event stream. Frames wait here for a reader that is slow, up to a limit; beyond it the stream ends,
 * because a client that comes again gets the present state, and a backlog would only show it the past.
 *
 * <p>Frames are offered by any thread and written by one.
 */
final class FeedReader {

    static final int QUEUE_LIMIT = 500;
    private static final long GLANCE = TimeUnit.SECONDS.toNanos(1);
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(15);

    private final Caller caller;
    private final Queue<Frame> queue = new ArrayDeque<>();
    private boolean overrun;

    FeedReader(Caller caller) {
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    synchronized void offer(Frame frame) {
        if (queue.size() >= QUEUE_LIMIT) {
            overrun = true;
        } else {
            queue.add(frame);
        }
        notifyAll();
    }

    /** Lets {@link #run} look whether it is to end. */
    synchronized void wake() {
        notifyAll();
    }

    /**
     * Writes frames as they come.
     *
     * @param ended asked between frames
     * @throws io.mlxmanager.serve.generate.ClientGoneException when nobody reads any more
     */
    void run(EventStream events, BooleanSupplier ended) throws InterruptedException {
        long spoke = System.nanoTime();
        while (!ended.getAsBoolean()) {
            Frame next = await();
            if (next != null) {
                events.event(next.name(), next.data());
                spoke = System.nanoTime();
            } else if (overrun()) {
                return;
            } else if (System.nanoTime() - spoke >= SILENCE) {
                events.comment("keep-alive");
                spoke = System.nanoTime();
            }
        }
    }

    private synchronized boolean overrun() {
        return overrun;
    }

    /** The next frame, or null when there was none for a moment. */
    private synchronized Frame await() throws InterruptedException {
        if (queue.isEmpty() && !overrun) {
            TimeUnit.NANOSECONDS.timedWait(this, GLANCE);
        }
        return queue.poll();
    }
}
