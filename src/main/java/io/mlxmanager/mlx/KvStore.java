package io.mlxmanager.mlx;

/**
 * Keys and values of one attention layer and one sequence, growing by fixed blocks so that nothing stored is ever copied.
 * Belongs to the engine thread; whoever creates it closes it. It takes part in no {@link MlxScope}.
 */
public final class KvStore implements AutoCloseable {

    private final NativeResource resource;

    private KvStore(long handle) {
        resource = new NativeResource("KvStore", handle);
    }

    /**
     * An empty store.
     *
     * @param dtype what is stored: F16 (the usual choice: half the memory traffic), BF16, or F32 (exact)
     */
    public static KvStore create(int kvHeads, int headDim, Dtype dtype) {
        NativeLoader.requireLoaded();
        return new KvStore(MlxNative.kvCreate(kvHeads, headDim, dtype.code()));
    }

    /** Number of positions stored. */
    public int length() {
        return MlxNative.kvLength(resource.handle());
    }

    /**
     * Appends positions.
     *
     * @param k {@code [1, kvHeads, positions, headDim]}, floating
     * @param v of the same shape
     */
    public void append(MlxArray k, MlxArray v) {
        MlxNative.kvAppend(resource.handle(), k.handle(), v.handle());
    }

    /**
     * Causal attention over what is stored, lower-right aligned: the last query stands at the last stored position.
     *
     * @param q {@code [1, heads, queries, headDim]} with {@code queries <= length()}
     * @param window keys a query may look back on, itself included; 0 for all
     * @return the shape and dtype of {@code q}
     */
    public MlxArray attend(MlxArray q, double scale, int window) {
        return attend(q, scale, window, null);
    }

    /** As {@link #attend(MlxArray, double, int)}, with one sink score per head ({@code [heads]}). */
    public MlxArray attend(MlxArray q, double scale, int window, MlxArray sinks) {
        MlxScope scope = MlxScope.current();
        return scope.own(
                MlxNative.kvAttend(resource.handle(), q.handle(), (float) scale, window, MlxArray.handleOrZero(sinks)));
    }

    /** Forgets every position from {@code length} on; the memory stays for what follows. */
    public void trim(int length) {
        MlxNative.kvTrim(resource.handle(), length);
    }

    /** Memory held, in bytes. */
    public long bytes() {
        return MlxNative.kvBytes(resource.handle());
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        long live = resource.surrender();
        if (live != 0) {
            MlxNative.kvFree(live);
        }
    }
}
