package io.mlxmanager.serve.pool;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The one thread that delivers the scheduler's events, in the order they came. Ends after {@link #stop}. */
final class PoolLoop {

    private static final Logger LOG = Logger.getLogger(PoolLoop.class.getName());

    /** So often the passing of time is an event. */
    private static final long TICK_MILLIS = 500;

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Runnable tick;
    private final Thread thread;
    private boolean stopping;

    /** @param tick delivered between events, about twice a second */
    PoolLoop(ThreadFactory factory, Runnable tick) {
        this.tick = tick;
        thread = factory.newThread(this::loop);
        thread.start();
    }

    /** Delivers an event soon. Never blocks. */
    void submit(Runnable event) {
        events.add(event);
    }

    /** From an event: this was the last one. */
    void stop() {
        stopping = true;
    }

    Thread thread() {
        return thread;
    }

    private void loop() {
        long next = System.nanoTime();
        while (!stopping) {
            try {
                Runnable event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    event.run();
                }
                if (!stopping && System.nanoTime() - next >= 0) {
                    next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
                    tick.run();
                }
            } catch (InterruptedException ignored) {
                // Ended by stop() alone: an interrupt from the container comes before the models are unloaded.
            } catch (RuntimeException e) {
                LOG.log(Level.SEVERE, "A pool event failed", e);
            }
        }
    }
}
