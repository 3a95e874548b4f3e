package io.mlxmanager.base.threads;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the few threads that begin while the application starts and end when it stops. They are not the container's: its
 * threads wait for the end of the start, so an application that is stopped while it starts would wait for threads that wait
 * for it. Each carries the class loader of the application; whoever starts one ends it. Any thread.
 */
public final class LastingThreads implements ThreadFactory {

    private final String name;

    /** @param name what all threads of this factory are called */
    public LastingThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(LastingThreads.class.getClassLoader());
        return thread;
    }
}
