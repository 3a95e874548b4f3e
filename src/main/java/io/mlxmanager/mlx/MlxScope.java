package io.mlxmanager.mlx;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The life of intermediate results. Scopes form a stack per thread; the result of every operation belongs to the innermost
 * open one, and closing it frees all of them with one native call. Typical nesting: model, request, decode step.
 *
 * <p>Confined to the thread that opened it, and closed in the reverse order of opening.
 */
public final class MlxScope implements AutoCloseable {

    private static final ThreadLocal<MlxScope> INNERMOST = new ThreadLocal<>();
    private static final int INITIAL_CAPACITY = 64;

    /** Only ever looked at for whether it changes, so that no thread waits for another to count. */
    private static final AtomicLong RESULTS = new AtomicLong();

    private final Thread owner = Thread.currentThread();
    private final MlxScope outer;
    private MlxArray[] arrays = new MlxArray[INITIAL_CAPACITY];
    private int count;
    private boolean closed;

    private MlxScope(MlxScope outer) {
        this.outer = outer;
    }

    /** Opens a scope inside the current one of this thread. */
    public static MlxScope open() {
        NativeLoader.requireLoaded();
        MlxScope scope = new MlxScope(INNERMOST.get());
        INNERMOST.set(scope);
        return scope;
    }

    /** The scope that owns the next result; asked before the operation runs, so that a missing scope leaks nothing. */
    static MlxScope current() {
        MlxScope scope = INNERMOST.get();
        if (scope == null) {
            throw new MlxException(
                    "no open MlxScope on thread " + Thread.currentThread().getName());
        }
        return scope;
    }

    /** Grows with the results of operations. */
    static long results() {
        return RESULTS.get();
    }

    MlxArray own(long handle) {
        if (count == arrays.length) {
            makeRoom();
        }
        RESULTS.lazySet(RESULTS.getPlain() + 1);
        MlxArray array = new MlxArray(handle, this, count);
        arrays[count++] = array;
        return array;
    }

    /** Closes the gaps that kept and closed arrays left; grows only when there were few. */
    private void makeRoom() {
        int live = 0;
        for (int i = 0; i < count; i++) {
            MlxArray array = arrays[i];
            if (array != null) {
                array.moveTo(live);
                arrays[live++] = array;
            }
        }
        Arrays.fill(arrays, live, count, null);
        count = live;
        if (live > arrays.length / 2) {
            arrays = Arrays.copyOf(arrays, arrays.length * 2);
        }
    }

    /**
     * Hands an array of this scope to the one around it, which this scope's results do not outlive otherwise.
     *
     * @return the same array, owned by the outer scope; the given one is closed
     */
    public MlxArray handOut(MlxArray array) {
        if (outer == null) {
            throw new MlxException("there is no scope around this one");
        }
        MlxArray kept = array.keep();
        return outer.own(kept.surrender());
    }

    void release(int slot) {
        requireOwnThread();
        arrays[slot] = null;
    }

    void requireOwnThread() {
        if (Thread.currentThread() != owner) {
            throw new MlxException("scope of thread " + owner.getName() + " used from thread "
                    + Thread.currentThread().getName());
        }
    }

    /**
     * Frees every array that was not kept. Closing twice does nothing.
     *
     * @throws MlxException from another thread, or while a scope opened later is still open
     */
    @Override
    public void close() {
        requireOwnThread();
        if (closed) {
            return;
        }
        if (INNERMOST.get() != this) {
            throw new MlxException("scopes close in the reverse order of opening");
        }
        closed = true;
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
        long[] handles = new long[count];
        int live = 0;
        for (int i = 0; i < count; i++) {
            long handle = arrays[i] == null ? 0 : arrays[i].surrender();
            if (handle != 0) {
                handles[live++] = handle;
            }
        }
        arrays = new MlxArray[0];
        count = 0;
        if (live > 0) {
            MlxNative.freeAll(handles, live);
        }
    }
}
