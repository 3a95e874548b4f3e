package io.mlxmanager.mlx;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * An immutable n-dimensional array on the native side, known here by a generation-checked handle.
 *
 * <p>The result of an operation belongs to the innermost open {@link MlxScope} of its thread and goes with it;
 * {@link #keep()} takes it out, and from then on the caller closes it. Use after close throws {@link MlxException}; with
 * {@code -Dmlx-manager.mlx.debug=true} the exception's cause shows where the array was closed. Arrays of a scope belong
 * to the scope's thread; kept arrays may be read from any one thread at a time.
 */
public final class MlxArray implements AutoCloseable {

    static final boolean DEBUG = Boolean.getBoolean("mlx-manager.mlx.debug");

    private static final AtomicLongFieldUpdater<MlxArray> HANDLE =
            AtomicLongFieldUpdater.newUpdater(MlxArray.class, "handle");

    private volatile long handle;
    private MlxScope scope;
    private int slot;
    private int[] shape;
    private Dtype dtype;
    private Throwable closedAt;

    /** An array that its caller owns. */
    MlxArray(long handle) {
        this.handle = handle;
    }

    MlxArray(long handle, MlxScope scope, int slot) {
        this.handle = handle;
        this.scope = scope;
        this.slot = slot;
    }

    /** The native handle, checked for use after close and for use by a thread that does not own the scope. */
    long handle() {
        long live = handle;
        if (live == 0) {
            throw new MlxException("the array was closed", closedAt);
        }
        if (scope != null) {
            scope.requireOwnThread();
        }
        return live;
    }

    static long handleOrZero(MlxArray array) {
        return array == null ? 0 : array.handle();
    }

    static long[] handles(MlxArray... arrays) {
        long[] handles = new long[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            handles[i] = arrays[i].handle();
        }
        return handles;
    }

    /** Lengths of the axes, outermost first; a copy. */
    public int[] shape() {
        return describe().clone();
    }

    /**
     * Length of one axis.
     *
     * @param axis counted from the front, or from the back when negative
     */
    public int dim(int axis) {
        int[] dims = describe();
        int index = axis < 0 ? axis + dims.length : axis;
        if (index < 0 || index >= dims.length) {
            throw new MlxException("axis " + axis + " does not exist in shape " + Arrays.toString(dims));
        }
        return dims[index];
    }

    /** Number of axes; 0 for a scalar. */
    public int rank() {
        return describe().length;
    }

    /** Number of elements. */
    public long size() {
        long size = 1;
        for (int dim : describe()) {
            size *= dim;
        }
        return size;
    }

    public Dtype dtype() {
        describe();
        return dtype;
    }

    /** The elements in row-major order, converted to float32. */
    public float[] toFloats() {
        return MlxNative.toFloats(handle());
    }

    /** The elements in row-major order, as integers; floats are truncated, U32 keeps its bits. */
    public int[] toInts() {
        return MlxNative.toInts(handle());
    }

    /** The elements in row-major order, as they lie in memory (little-endian). */
    public byte[] toBytes() {
        return MlxNative.toBytes(handle());
    }

    /** The only element. */
    public float floatValue() {
        requireSingle();
        return toFloats()[0];
    }

    /** The only element. */
    public int intValue() {
        requireSingle();
        return toInts()[0];
    }

    /** Takes the array out of its scope; from now on the caller closes it. */
    public MlxArray keep() {
        handle();
        leaveScope();
        return this;
    }

    /** Frees the array now. Closing twice does nothing. */
    @Override
    public void close() {
        if (scope != null && handle != 0) {
            scope.requireOwnThread();
        }
        long live = surrender();
        if (live != 0) {
            leaveScope();
            MlxNative.free(live);
        }
    }

    /** Gives up the handle (0 if it was given up before); whoever gets it frees it. */
    long surrender() {
        long live = HANDLE.getAndSet(this, 0);
        if (DEBUG && live != 0) {
            closedAt = new Throwable("closed here");
        }
        return live;
    }

    @Override
    public String toString() {
        return handle == 0 ? "MlxArray(closed)" : "MlxArray" + Arrays.toString(describe()) + " " + dtype;
    }

    /** The scope moved this array to another slot of its table. */
    void moveTo(int newSlot) {
        slot = newSlot;
    }

    private void leaveScope() {
        if (scope != null) {
            scope.release(slot);
            scope = null;
        }
    }

    private void requireSingle() {
        if (size() != 1) {
            throw new MlxException("expected a single element, found shape " + Arrays.toString(describe()));
        }
    }

    private int[] describe() {
        int[] known = shape;
        if (known == null) {
            int[] told = MlxNative.describe(handle());
            dtype = Dtype.ofCode(told[0]);
            known = Arrays.copyOfRange(told, 1, told.length);
            shape = known;
        }
        return known;
    }
}
