package io.mlxmanager.serve.pool;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The one thread that delivers the scheduler's events, in the order they came. Ends after {@link #stop}. */
final class PoolLoop {

    private static final Logger LOG = Logger.getLogger(PoolLoop.class.getName());

    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean stopping;

    PoolLoop(ThreadFactory factory) {
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
        while (!stopping) {
            try {
                events.take().run();
            } catch (InterruptedException ignored) {
                // Ended by stop() alone: an interrupt from the container comes before the models are unloaded.
            } catch (RuntimeException e) {
                LOG.log(Level.SEVERE, "A pool event failed", e);
            }
        }
    }
}
