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

    /** Forgets everything from position {@code length} on. */
    public void trim(int length) {
        layers.forEach(layer -> layer.trim(length));
    }

    @Override
    public void close() {
        layers.forEach(KvStore::close);
    }
}
