package io.mlxmanager.mlx;

import java.util.concurrent.atomic.AtomicLong;

/** A native object other than an array: a handle that is given up once. */
final class NativeResource {

    private final String name;
    private final AtomicLong handle;
    private volatile Throwable closedAt;

    NativeResource(String name, long handle) {
        this.name = name;
        this.handle = new AtomicLong(handle);
    }

    long handle() {
        long live = handle.get();
        if (live == 0) {
            throw new MlxException("the " + name + " was closed", closedAt);
        }
        return live;
    }

    boolean isOpen() {
        return handle.get() != 0;
    }

    /** The handle the first time, 0 afterwards. */
    long surrender() {
        long live = handle.getAndSet(0);
        if (live != 0 && MlxArray.DEBUG) {
            closedAt = new Throwable("closed here");
        }
        return live;
    }
}
