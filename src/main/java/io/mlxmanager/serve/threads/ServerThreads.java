package io.mlxmanager.serve.threads;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for work that lasts: one per running request, taken from a pool of our own, because a few dozen streams on the
 * server's executor starve it. Any thread.
 */
@ApplicationScoped
@ManagedThreadFactoryDefinition(name = ServerThreads.FACTORY)
public class ServerThreads {

    static final String FACTORY = "java:app/concurrent/mlx-manager";
    private static final int MOST_REQUESTS = 512;
    private static final int IDLE_SECONDS = 10;

    @Resource(lookup = FACTORY)
    private ManagedThreadFactory managed;

    private volatile ThreadPoolExecutor requests;

    /** Makes single threads that live as long as the application. */
    public ThreadFactory factory() {
        return managed;
    }

    /**
     * Runs a request on a thread of its own.
     *
     * @throws RejectedExecutionException when too many are running
     */
    public void run(Runnable request) {
        pool().execute(request);
    }

    private ThreadPoolExecutor pool() {
        ThreadPoolExecutor current = requests;
        if (current == null) {
            synchronized (this) {
                current = requests;
                if (current == null) {
                    current = new ThreadPoolExecutor(
                            0, MOST_REQUESTS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), managed);
                    requests = current;
                }
            }
        }
        return current;
    }

    @PreDestroy
    void stop() {
        ThreadPoolExecutor current = requests;
        if (current != null) {
            current.shutdownNow();
        }
    }
}
