package io.mlxmanager.engine.cache;

import io.mlxmanager.mlx.KvStore;
import java.util.List;

/** Keys and values of one sequence, layer by layer. Confined to the engine thread; the generation that made it closes it. */
public final class ModelCache implements AutoCloseable {

    private final List<KvStore> layers;

    public ModelCache(List<KvStore> layers) {
        this.layers = List.copyOf(layers);
    }

    public KvStore layer(int index) {
        return layers.get(index);
    }

    /** Positions stored so far. */
    public int length() {
        return layers.get(0).length();
    }

    /** Memory held, in bytes. */
    public long bytes() {
        return layers.stream().mapToLong(KvStore::bytes).sum();
    }

    /** Whether a part of the positions stands for itself, so that another sequence can begin with it. */
    public boolean shareable() {
        return true;
    }

    /**
     * Positions {@code from} to {@code to} as a cache of their own, which the caller closes.
     *
     * @param from a multiple of {@link KvStore#blockPositions}
     */
    public ModelCache share(int from, int to) {
        return new ModelCache(
                layers.stream().map(layer -> layer.share(from, to)).toList());
    }

    /** Appends the positions of another cache of the same model; {@link #length} must be a multiple of a block. */
    public void adopt(ModelCache other) {
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).adopt(other.layers.get(i));
        }
    }

    /** Forgets everything from position {@code length} on. */
    public void trim(int length) {
        layers.forEach(layer -> layer.trim(length));
    }

    @Override
    public void close() {
        layers.forEach(KvStore::close);
    }
}
