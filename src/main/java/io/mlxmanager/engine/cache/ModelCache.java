package io.mlxmanager.engine.cache;

import io.mlxmanager.engine.nn.Adapter;
import io.mlxmanager.engine.weights.SafetensorsHeader;
import io.mlxmanager.engine.weights.TensorInfo;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxException;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model remembers of one sequence, layer by layer: keys and values of each position, and, of layers that keep no
 * positions, a state that stands for the whole sequence and for no part of it. Confined to the engine thread; the generation
 * that made it closes it.
 */
public final class ModelCache implements AutoCloseable {

    private final Map<Integer, KvStore> stores;
    private final Map<Integer, LayerState> states;

    private Adapter adapter = Adapter.NONE;

    /** Whether the states are those of the last position stored. */
    private boolean complete;

    /** Of a model whose layers all keep keys and values. */
    public ModelCache(List<KvStore> layers) {
        this(numbered(layers), Map.of());
    }

    /**
     * An empty cache.
     *
     * @param stores by the number of the layer, at least one
     * @param states of the other layers
     */
    public ModelCache(Map<Integer, KvStore> stores, Map<Integer, LayerState> states) {
        this(stores, states, true);
    }

    private ModelCache(Map<Integer, KvStore> stores, Map<Integer, LayerState> states, boolean complete) {
        this.stores = new TreeMap<>(stores);
        this.states = new TreeMap<>(states);
        this.complete = complete;
    }

    private static Map<Integer, KvStore> numbered(List<KvStore> layers) {
        Map<Integer, KvStore> numbered = new TreeMap<>();
        layers.forEach(layer -> numbered.put(numbered.size(), layer));
        return numbered;
    }

    /** Says which adapter the sequence goes through the model with. Before the first token. */
    public void adapt(Adapter with) {
        adapter = with;
    }

    public Adapter adapter() {
        return adapter;
    }

    public KvStore layer(int index) {
        return stores.get(index);
    }

    /** What a layer that keeps no positions remembers. */
    LayerState state(int layer) {
        if (!complete) {
            throw new IllegalStateException("positions are stored whose state is not");
        }
        return states.get(layer);
    }

    /** Positions stored so far. */
    public int length() {
        return stores.values().iterator().next().length();
    }

    /** Memory held, in bytes. */
    public long bytes() {
        return stores.values().stream().mapToLong(KvStore::bytes).sum()
                + states.values().stream().mapToLong(LayerState::bytes).sum();
    }

    /** Whether any part of the positions stands for itself. Else only what {@link #complete} says can be gone on with. */
    public boolean divisible() {
        return states.isEmpty();
    }

    /** Whether a sequence can go on behind the last position. */
    public boolean complete() {
        return complete;
    }

    /**
     * Positions {@code from} to {@code to} as a cache of their own, which the caller closes. It is complete when the cache is
     * divisible, or {@code to} is its length.
     *
     * @param from a multiple of {@link KvStore#blockPositions}
     */
    public ModelCache share(int from, int to) {
        Map<Integer, KvStore> parts = new TreeMap<>();
        stores.forEach((layer, store) -> parts.put(layer, store.share(from, to)));
        boolean end = divisible() || (complete && to == length());
        Map<Integer, LayerState> copies = new TreeMap<>();
        states.forEach((layer, state) -> copies.put(layer, end ? state.copy() : new LayerState()));
        return new ModelCache(parts, copies, end);
    }

    /** Appends the positions of another cache of the same model; {@link #length} must be a multiple of a block. */
    public void adopt(ModelCache other) {
        stores.forEach((layer, store) -> store.adopt(other.stores.get(layer)));
        takeStates(other);
    }

    /** Takes the states of a cache that ends where this one does. */
    void takeStates(ModelCache other) {
        for (Map.Entry<Integer, LayerState> entry : states.entrySet()) {
            entry.getValue().close();
            entry.setValue(other.states.get(entry.getKey()).copy());
        }
        complete = other.complete;
    }

    /** Everything as bytes, of a cache that is divisible. */
    List<StoredBlock.Tensor> export() {
        List<StoredBlock.Tensor> exported = new ArrayList<>();
        for (Map.Entry<Integer, KvStore> entry : stores.entrySet()) {
            KvStore layer = entry.getValue();
            int i = entry.getKey();
            try (MlxScope scope = MlxScope.open()) {
                exported.add(StoredBlock.Tensor.of(StoredBlock.keys(i), layer.readKeys(0, layer.length())));
                String values = StoredBlock.values(i);
                layer.readValues(0, layer.length())
                        .ifPresent(stored -> exported.add(StoredBlock.Tensor.of(values, stored)));
            }
        }
        return exported;
    }

    /**
     * Appends a block that was stored.
     *
     * @return whether it could be; the cache is as it was if not
     */
    public boolean append(Path file, int positions) {
        Map<String, TensorInfo> stored = SafetensorsHeader.read(file).tensors();
        int before = length();
        try (WeightFile mapped = WeightFile.map(file)) {
            for (int i : stores.keySet()) {
                try (MlxScope scope = MlxScope.open()) {
                    TensorInfo keys = stored.get(StoredBlock.keys(i));
                    if (keys == null || keys.shape().get(2) != positions) {
                        throw new MlxException("no keys of layer " + i + " for " + positions + " positions");
                    }
                    TensorInfo values = stored.get(StoredBlock.values(i));
                    stores.get(i).append(array(mapped, keys), values == null ? null : array(mapped, values));
                }
            }
            return true;
        } catch (MlxException e) {
            stores.values().forEach(layer -> layer.trim(Math.min(before, layer.length())));
            return false;
        }
    }

    private static MlxArray array(WeightFile mapped, TensorInfo tensor) {
        return mapped.array(tensor.name(), tensor.dtype(), tensor.dims(), tensor.offset());
    }

    /**
     * Forgets everything from position {@code length} on.
     *
     * @throws IllegalStateException if that would take a state that nobody kept: everything, or nothing, can always be
     *     forgotten
     */
    public void trim(int length) {
        if (!divisible() && length != length()) {
            if (length != 0) {
                throw new IllegalStateException("layers that keep no positions cannot go back to position " + length);
            }
            states.values().forEach(LayerState::close);
            complete = true;
        }
        stores.values().forEach(layer -> layer.trim(length));
    }

    @Override
    public void close() {
        stores.values().forEach(KvStore::close);
        states.values().forEach(LayerState::close);
    }
}
