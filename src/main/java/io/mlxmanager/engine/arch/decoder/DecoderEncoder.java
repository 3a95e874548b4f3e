package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.LayerReading;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.TextMask;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A decoder whose states are the answer, as embedding models have it. One that reads in both directions goes through its
 * layers with whole texts; so does one that only looks back, unless a text is so long that a layer would take too long, which
 * it reads piece by piece. Either way it can be left between two layers.
 */
final class DecoderEncoder implements TextEncoder {

    /** Most tokens of a long text that go through a layer together. */
    private static final int PIECE = 256;

    private final Decoder decoder;
    private final boolean causal;
    private final List<Dense> dense = new ArrayList<>();

    DecoderEncoder(Decoder decoder, ModelWeights weights, boolean causal) {
        this.decoder = decoder;
        this.causal = causal;
        int in = decoder.features();
        for (int i = 0; weights.has("dense." + i + ".weight"); i++) {
            int out = weights.shape("dense." + i + ".weight")[0];
            boolean biased = weights.has("dense." + i + ".bias");
            dense.add(new Dense(Projection.load(weights, "dense." + i, in, out, biased), out));
            in = out;
        }
    }

    @Override
    public List<Dense> dense() {
        return List.copyOf(dense);
    }

    @Override
    public int features() {
        return decoder.features();
    }

    @Override
    public Reading read(List<int[]> texts) {
        if (causal && texts.size() == 1 && texts.get(0).length > PIECE) {
            return new PieceReading(texts.get(0));
        }
        TextMask mask =
                new TextMask(texts.stream().mapToInt(text -> text.length).toArray(), causal);
        CacheView view = CacheView.whole(mask);
        List<UnaryOperator<MlxArray>> steps = new ArrayList<>(decoder.layers(view));
        steps.add(decoder::normed);
        return new LayerReading(mask, () -> embedded(texts), steps);
    }

    private MlxArray embedded(List<int[]> texts) {
        return Ops.reshape(
                decoder.embedded(TextEncoder.sideBySide(texts)),
                texts.size(),
                TextEncoder.longest(texts),
                decoder.features());
    }

    @Override
    public void close() {
        decoder.close();
    }

    /** One long text, a piece of it through a layer at a time. */
    private final class PieceReading implements Reading {

        private final int[] ids;
        private final ModelCache cache = decoder.newCache();
        private final List<MlxArray> pieces = new ArrayList<>();
        private int read;
        private Decoder.Pass pass;
        private MlxArray states;

        PieceReading(int[] ids) {
            this.ids = ids;
        }

        @Override
        public boolean advance() {
            int to = Math.min(ids.length, read + PIECE);
            if (pass == null) {
                pass = decoder.begin(Arrays.copyOfRange(ids, read, to), cache);
            }
            pass.advance(1);
            if (pass.left() > 0) {
                return true;
            }
            try (MlxScope scope = MlxScope.open()) {
                MlxArray piece = pass.normedStates();
                Ops.eval(piece);
                pieces.add(piece.keep());
                closePass();
                read = to;
                if (read == ids.length) {
                    states = Ops.concatenate(1, pieces.toArray(MlxArray[]::new)).keep();
                }
            }
            return read < ids.length;
        }

        private void closePass() {
            if (pass != null) {
                pass.close();
                pass = null;
            }
        }

        @Override
        public MlxArray states() {
            return states;
        }

        @Override
        public void close() {
            closePass();
            pieces.forEach(MlxArray::close);
            if (states != null) {
                states.close();
            }
            cache.close();
        }
    }
}
