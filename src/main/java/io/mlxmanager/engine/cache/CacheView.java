package io.mlxmanager.engine.cache;

import io.mlxmanager.engine.nn.TextMask;
import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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

    /** Several sequences, several tokens each, in the rows that the columns tell. */
    public static CacheView of(List<ModelCache> caches, TokenColumns columns) {
        return new Columns(List.copyOf(caches), columns);
    }

    /** Whole texts, of which nothing was read before and nothing is kept. */
    public static CacheView whole(TextMask mask) {
        return new Whole(mask);
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

    /**
     * What a layer that keeps no positions remembers of each sequence.
     *
     * @param part of what the layer remembers
     * @param absent makes the part of one sequence of which nothing was read; the first axis is that of sequences
     * @return one behind the other
     */
    public abstract MlxArray remembered(int layer, int part, Supplier<MlxArray> absent);

    /** Puts what the layer remembers now in place of what it remembered; the array, no view of a larger one, is taken over. */
    public abstract void remember(int layer, int part, MlxArray all);

    private static final class Whole extends CacheView {

        private final TextMask mask;

        Whole(TextMask mask) {
            this.mask = mask;
        }

        @Override
        public int[] offsets() {
            return new int[mask.texts()];
        }

        @Override
        public MlxArray remembered(int layer, int part, Supplier<MlxArray> absent) {
            MlxArray nothing = absent.get();
            MlxArray[] all = new MlxArray[mask.texts()];
            Arrays.fill(all, nothing);
            return Ops.concatenate(0, all);
        }

        @Override
        public void remember(int layer, int part, MlxArray all) {
            // Nothing follows a whole text.
        }

        @Override
        public MlxArray attend(int layer, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule) {
            if (k == null || v == null || rule.cap() > 0) {
                throw new IllegalArgumentException("layer " + layer + " cannot read whole texts");
            }
            return FastOps.scaledDotProductAttention(q, k, v, rule.scale(), mask.within(rule.window()), rule.sinks());
        }
    }

    /** A column is a step of its own where tokens look back, so that each sees those before it and none behind. */
    private static final class Columns extends CacheView {

        private final List<ModelCache> caches;
        private final TokenColumns columns;

        Columns(List<ModelCache> caches, TokenColumns columns) {
            this.caches = caches;
            this.columns = columns;
        }

        @Override
        public int[] offsets() {
            int[] offsets = columns.columnOfRows();
            int[] sequences = columns.sequences();
            for (int row = 0; row < offsets.length; row++) {
                offsets[row] += caches.get(sequences[row]).length();
            }
            return offsets;
        }

        @Override
        public MlxArray attend(int layer, MlxArray q, MlxArray k, MlxArray v, AttentionRule rule) {
            if (k == null) {
                throw new IllegalArgumentException("layer " + layer + " keeps no positions of its own");
            }
            MlxArray[] attended = new MlxArray[columns.columns()];
            int from = 0;
            for (int column = 0; column < attended.length; column++) {
                int[] members = columns.members(column);
                List<KvStore> stores = IntStream.of(members)
                        .mapToObj(sequence -> caches.get(sequence).layer(layer))
                        .toList();
                int to = from + members.length;
                attended[column] = KvStore.step(
                        stores, rows(q, from, to), rows(k, from, to), v == null ? null : rows(v, from, to), rule);
                from = to;
            }
            return Ops.concatenate(0, attended);
        }

        private static MlxArray rows(MlxArray all, int from, int to) {
            int[] stop = all.shape();
            int[] start = new int[stop.length];
            start[0] = from;
            stop[0] = to;
            return Ops.slice(all, start, stop);
        }

        @Override
        public MlxArray remembered(int layer, int part, Supplier<MlxArray> absent) {
            throw new IllegalArgumentException("layer " + layer + " keeps no positions");
        }

        @Override
        public void remember(int layer, int part, MlxArray all) {
            throw new IllegalArgumentException("layer " + layer + " keeps no positions");
        }
    }

    private static final class Single extends CacheView {

        private final ModelCache cache;

        Single(ModelCache cache) {
            this.cache = cache;
        }

        @Override
        public MlxArray remembered(int layer, int part, Supplier<MlxArray> absent) {
            return cache.state(layer).part(part, absent);
        }

        @Override
        public void remember(int layer, int part, MlxArray all) {
            cache.state(layer).put(part, all);
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
        public MlxArray remembered(int layer, int part, Supplier<MlxArray> absent) {
            return Ops.concatenate(
                    0,
                    caches.stream()
                            .map(cache -> cache.state(layer).part(part, absent))
                            .toArray(MlxArray[]::new));
        }

        @Override
        public void remember(int layer, int part, MlxArray all) {
            int[] stop = all.shape();
            int[] start = new int[stop.length];
            for (int i = 0; i < caches.size(); i++) {
                start[0] = i;
                stop[0] = i + 1;
                // A copy: a view would keep the memory of all.
                caches.get(i).state(layer).put(part, Ops.add(Ops.slice(all, start, stop), 0));
            }
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
