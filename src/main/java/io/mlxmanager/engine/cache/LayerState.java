package io.mlxmanager.engine.cache;

import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a layer that keeps no positions remembers of one sequence: a few arrays for all tokens together. Confined to the engine
 * thread; its owner closes it.
 */
public final class LayerState implements AutoCloseable {

    private final Map<Integer, MlxArray> parts = new TreeMap<>();

    /** A part, or what stands for it before the first token; the latter belongs to the innermost scope. */
    MlxArray part(int number, Supplier<MlxArray> absent) {
        MlxArray known = parts.get(number);
        return known == null ? absent.get() : known;
    }

    /** Takes a part over from its scope. It should not be a view of something larger, whose memory would stay with it. */
    void put(int number, MlxArray value) {
        MlxArray old = parts.put(number, value.keep());
        if (old != null) {
            old.close();
        }
    }

    /** The same memory as a state of its own; parts never change, they are replaced. */
    LayerState copy() {
        LayerState copy = new LayerState();
        try (MlxScope scope = MlxScope.open()) {
            parts.forEach((number, value) ->
                    copy.parts.put(number, Ops.reshape(value, value.shape()).keep()));
        }
        return copy;
    }

    long bytes() {
        return parts.values().stream()
                .mapToLong(part -> part.size() * part.dtype().byteSize())
                .sum();
    }

    @Override
    public void close() {
        parts.values().forEach(MlxArray::close);
        parts.clear();
    }
}
