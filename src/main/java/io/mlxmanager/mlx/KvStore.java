package io.mlxmanager.mlx;

import java.util.List;
import java.util.Optional;

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
     * @param format F16 (the usual choice: half the memory traffic), BF16, F32 (exact), or packed, where heads can be
     */
    public static KvStore create(int kvHeads, int headDim, KvFormat format) {
        NativeLoader.requireLoaded();
        KvFormat own = format.forRows(headDim);
        return new KvStore(
                MlxNative.kvCreate(kvHeads, headDim, headDim, false, own.dtype().code(), own.bits()));
    }

    /** An empty store that is not packed. */
    public static KvStore create(int kvHeads, int headDim, Dtype dtype) {
        return create(kvHeads, headDim, KvFormat.of(dtype));
    }

    /**
     * An empty store of keys in which the values lie, and are stored once.
     *
     * @param valueDim leading elements of a key that are the value of its position
     * @param format as for {@link #create}
     */
    public static KvStore createLatent(int kvHeads, int keyDim, int valueDim, KvFormat format) {
        NativeLoader.requireLoaded();
        KvFormat own = format.forRows(keyDim);
        return new KvStore(
                MlxNative.kvCreate(kvHeads, keyDim, valueDim, true, own.dtype().code(), own.bits()));
    }

    /** As {@link #createLatent}, not packed. */
    public static KvStore createLatent(int kvHeads, int keyDim, int valueDim, Dtype dtype) {
        return createLatent(kvHeads, keyDim, valueDim, KvFormat.of(dtype));
    }

    /** Number of positions stored. */
    public int length() {
        return MlxNative.kvLength(resource.handle());
    }

    /**
     * Appends positions.
     *
     * @param k {@code [1, kvHeads, positions, headDim]}, floating, or what {@link #readKeys} gave
     * @param v of the same shape; null in a store made by {@link #createLatent}
     */
    public void append(MlxArray k, MlxArray v) {
        MlxNative.kvAppend(resource.handle(), k.handle(), MlxArray.handleOrZero(v));
    }

    /**
     * Attention over what is stored.
     *
     * @param q {@code [1, heads, queries, headDim]} with {@code queries <= length()}
     * @return {@code [1, heads, queries, valueDim]} in the dtype of {@code q}
     */
    public MlxArray attend(MlxArray q, AttentionRule rule) {
        MlxScope scope = MlxScope.current();
        return scope.own(MlxNative.kvAttend(
                resource.handle(),
                q.handle(),
                (float) rule.scale(),
                rule.window(),
                (float) rule.cap(),
                MlxArray.handleOrZero(rule.sinks())));
    }

    /**
     * One step of several sequences of one layer: appends row i of {@code k} and {@code v} to store i, then lets row i of
     * {@code q} attend over store i.
     *
     * @param stores of one kind, each once
     * @param q {@code [stores, heads, 1, headDim]}
     * @param k {@code [stores, kvHeads, 1, headDim]}; null, with a null {@code v}, when the stores hold the position already
     * @param v of the shape of {@code k}; null in stores made by {@link #createLatent}
     * @return {@code [stores, heads, 1, valueDim]} in the dtype of {@code q}
     */
    public static MlxArray step(List<KvStore> stores, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule) {
        long[] handles = new long[stores.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = stores.get(i).resource.handle();
        }
        return MlxScope.current()
                .own(MlxNative.kvStep(
                        handles,
                        q.handle(),
                        MlxArray.handleOrZero(k),
                        MlxArray.handleOrZero(v),
                        (float) rule.scale(),
                        rule.window(),
                        (float) rule.cap(),
                        MlxArray.handleOrZero(rule.sinks())));
    }

    /** Positions in a block, which is what stores share. */
    public static int blockPositions() {
        NativeLoader.requireLoaded();
        return MlxNative.kvBlockPositions();
    }

    /**
     * A store of its own with positions {@code from} to {@code to} of this one. Their memory is shared where the back end
     * can, until one of the two writes there.
     *
     * @param from a multiple of {@link #blockPositions}
     */
    public KvStore share(int from, int to) {
        return new KvStore(MlxNative.kvShare(resource.handle(), from, to));
    }

    /**
     * Appends the positions of another store, sharing their memory where the back end can; {@link #length} must be a
     * multiple of {@link #blockPositions}.
     */
    public void adopt(KvStore other) {
        MlxNative.kvAdopt(resource.handle(), other.resource.handle());
    }

    /**
     * A copy of keys, to keep elsewhere; {@link #append} of a store of the same format takes it back as it is.
     *
     * @return {@code [1, kvHeads, to - from, keyDim]} of the store's dtype; of a packed store bytes, with those of a row last
     */
    public MlxArray readKeys(int from, int to) {
        return MlxScope.current().own(MlxNative.kvRead(resource.handle(), from, to, false));
    }

    /** As {@link #readKeys}, of values; empty in a store made by {@link #createLatent}. */
    public Optional<MlxArray> readValues(int from, int to) {
        long values = MlxNative.kvRead(resource.handle(), from, to, true);
        return values == 0 ? Optional.empty() : Optional.of(MlxScope.current().own(values));
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
