package io.mlxmanager.engine.cache;

import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import java.util.List;

/**
 * What a forward pass sees of the past: one sequence of which it reads several tokens, or several sequences of which it reads
 * one token each. A decoder that goes by it serves both. Confined to the engine thread.
 */
public abstract class CacheView {

    private CacheView() {}

    /** One sequence. */
    public static CacheView of(ModelCache cache) {
        return new Single(cache);
    }

    /** Several sequences, one token each; none twice. */
    public static CacheView of(List<ModelCache> caches) {
        return caches.size() == 1 ? new Single(caches.get(0)) : new Several(List.copyOf(caches));
    }

    /** The position of the first new token, for each sequence. Before attention, which moves it on. */
    public abstract int[] offsets();

    /**
     * Appends keys and values of the new tokens, then lets their queries look back, causally.
     *
     * @param q {@code [sequences, heads, tokens, headDim]}
     * @param k {@code [sequences, kvHeads, tokens, headDim]}; null where the layer's tokens are stored already, because
     *     layers before have done so
     * @param v of the shape of {@code k}; null with it, and where the values lie in the keys
     * @return {@code [sequences, heads, tokens, valueDim]} in the dtype of {@code q}
     */
    public abstract MlxArray attend(int layer, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule);

    private static final class Single extends CacheView {

        private final ModelCache cache;

        Single(ModelCache cache) {
            this.cache = cache;
        }

        @Override
        public int[] offsets() {
            return new int[] {cache.length()};
        }

        @Override
        public MlxArray attend(int layer, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule) {
            KvStore store = cache.layer(layer);
            if (k != null) {
                store.append(k, v);
            }
            return store.attend(q, rule);
        }
    }

    private static final class Several extends CacheView {

        private final List<ModelCache> caches;

        Several(List<ModelCache> caches) {
            this.caches = caches;
        }

        @Override
        public int[] offsets() {
            return caches.stream().mapToInt(ModelCache::length).toArray();
        }

        @Override
        public MlxArray attend(int layer, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule) {
            List<KvStore> stores =
                    caches.stream().map(cache -> cache.layer(layer)).toList();
            return KvStore.step(stores, q, k, v, rule);
        }
    }
}
