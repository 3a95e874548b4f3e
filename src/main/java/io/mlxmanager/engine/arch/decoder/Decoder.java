package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.ForwardPass;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.cache.LayerState;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.cache.TokenColumns;
import io.mlxmanager.engine.nn.Adaptables;
import io.mlxmanager.engine.nn.Adapter;
import io.mlxmanager.engine.nn.Embedding;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The decoder that a plan describes. Confined to the engine thread. */
final class Decoder implements LanguageModel {

    private final DecoderPlan plan;
    private final ModelWeights weights;
    private final ComputeTypes types;
    private final Embedding embedding;
    private final Adaptables adaptables;
    private final List<Block> blocks = new ArrayList<>();
    private final Norm finalNorm;
    private final Projection head;
    private final LayerInputs layerInputs;

    /** @param answers false for a model of which only the states are wanted: it may come without an output projection */
    Decoder(DecoderPlan plan, ModelWeights weights, ComputeTypes types, boolean answers) {
        this.plan = plan;
        this.weights = weights;
        this.types = types;
        this.adaptables = Adaptables.of(weights);
        Parts parts = new Parts(plan, weights);
        String model = "model.";
        this.embedding = Embedding.load(weights, model + "embed_tokens", plan.vocabulary(), plan.hidden());
        for (int i = 0; i < plan.layerPlans().size(); i++) {
            blocks.add(new Block(plan, parts, model + "layers." + i, i));
        }
        this.layerInputs = plan.layerInputs() == 0 ? null : new LayerInputs(plan, weights, parts, model);
        this.finalNorm = parts.norm(model + "norm", plan.hidden());
        this.head = answers ? head() : null;
    }

    private Projection head() {
        return plan.tied()
                ? embedding.asProjection()
                : Projection.load(weights, "lm_head", plan.hidden(), plan.vocabulary(), false);
    }

    int features() {
        return plan.hidden();
    }

    @Override
    public Adapter loadAdapter(Path folder) {
        return Adapter.load(folder, weights);
    }

    @Override
    public ModelCache newCache() {
        Map<Integer, KvStore> stores = new TreeMap<>();
        Map<Integer, LayerState> states = new TreeMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            LayerPlan.HeadPlan heads = plan.headsOf(i);
            if (!plan.layerPlans().get(i).keepsPositions()) {
                states.put(i, new LayerState());
            } else if (heads.own()) {
                stores.put(i, store(heads));
            }
        }
        return new ModelCache(stores, states);
    }

    private KvStore store(LayerPlan.HeadPlan heads) {
        LatentPlan latent = plan.latent();
        return latent == null
                ? KvStore.create(heads.kvHeads(), heads.headDim(), types.cache())
                : KvStore.createLatent(1, latent.keyRank() + latent.turnedDim(), latent.keyRank(), types.cache());
    }

    @Override
    public MlxArray forward(int[] ids, ModelCache cache, Positions positions) {
        adaptables.use(List.of(cache.adapter()));
        return logits(decode(ids, embedded(ids), CacheView.of(cache)), positions);
    }

    @Override
    public int layers() {
        return blocks.size();
    }

    @Override
    public Pass begin(int[] ids, ModelCache cache) {
        return new Pass(ids, cache);
    }

    @Override
    public MlxArray step(int[] ids, List<ModelCache> caches) {
        adaptables.use(caches.stream().map(ModelCache::adapter).toList());
        MlxArray rows = Ops.reshape(embedded(ids), ids.length, 1, plan.hidden());
        return logits(decode(ids, rows, CacheView.of(caches)));
    }

    @Override
    public boolean readsSeveral() {
        return IntStream.range(0, blocks.size())
                .allMatch(i -> plan.layerPlans().get(i).keepsPositions()
                        && plan.headsOf(i).own());
    }

    @Override
    public MlxArray read(List<int[]> ids, List<ModelCache> caches) {
        TokenColumns columns = new TokenColumns(ids);
        int[] tokens = columns.rows(ids);
        adaptables.use(IntStream.of(columns.sequences())
                .mapToObj(sequence -> caches.get(sequence).adapter())
                .toList());
        MlxArray rows = Ops.reshape(embedded(tokens), tokens.length, 1, plan.hidden());
        return logits(decode(tokens, rows, CacheView.of(caches, columns)));
    }

    /** Token vectors, {@code [1, ids.length, hidden]}. */
    MlxArray embedded(int[] ids) {
        MlxArray x = embedding.lookup(ids, types.activations());
        return plan.embeddingScale() == 1 ? x : Ops.multiply(x, plan.embeddingScale());
    }

    private MlxArray decode(int[] ids, MlxArray embedded, CacheView cache) {
        MlxArray inputs = layerInputs == null ? null : layerInputs.of(ids, embedded, types.activations());
        int[] offsets = cache.offsets();
        MlxArray x = embedded;
        for (int i = 0; i < blocks.size(); i++) {
            x = layer(i, x, cache, offsets, inputs);
        }
        return x;
    }

    private MlxArray layer(int i, MlxArray x, CacheView cache, int[] offsets, MlxArray inputs) {
        // What a layer computes on the way is freed with it: the next one finds its memory still warm.
        try (MlxScope scope = MlxScope.open()) {
            MlxArray own = inputs == null ? null : LayerInputs.of(inputs, i);
            return scope.handOut(blocks.get(i).apply(x, cache, offsets, own));
        }
    }

    /** Each layer as a step of its own, from states to states. */
    List<UnaryOperator<MlxArray>> layers(CacheView view) {
        int[] offsets = view.offsets();
        List<UnaryOperator<MlxArray>> layers = new ArrayList<>();
        blocks.forEach(block -> layers.add(x -> block.apply(x, view, offsets)));
        return layers;
    }

    MlxArray normed(MlxArray x) {
        return finalNorm.apply(x);
    }

    private MlxArray logits(MlxArray x, Positions positions) {
        int n = x.dim(1);
        return positions == Positions.LAST && n > 1
                ? logits(Ops.slice(x, new int[] {0, n - 1, 0}, new int[] {1, n, plan.hidden()}))
                : logits(x);
    }

    private MlxArray logits(MlxArray x) {
        MlxArray logits = head.apply(normed(x));
        if (plan.logitScale() != 1) {
            logits = Ops.multiply(logits, plan.logitScale());
        }
        if (plan.logitCap() > 0) {
            logits = Ops.multiply(Ops.tanh(Ops.divide(logits, plan.logitCap())), plan.logitCap());
        }
        return logits;
    }

    @Override
    public void close() {
        weights.close();
    }

    /** One that can be left before the head. */
    final class Pass implements ForwardPass {

        private final ModelCache cache;
        private final CacheView view;
        private final int[] offsets;

        /** What the layers read of the tokens themselves, or null. */
        private final MlxArray inputs;

        private MlxArray states;
        private int next;

        private Pass(int[] ids, ModelCache cache) {
            this.cache = cache;
            this.view = CacheView.of(cache);
            this.offsets = view.offsets();
            adaptables.use(List.of(cache.adapter()));
            try (MlxScope scope = MlxScope.open()) {
                MlxArray embedded = embedded(ids);
                inputs = layerInputs == null
                        ? null
                        : layerInputs.of(ids, embedded, types.activations()).keep();
                states = embedded.keep();
            }
        }

        @Override
        public int left() {
            return blocks.size() - next;
        }

        @Override
        public void advance(int layers) {
            // Others went through the model since.
            adaptables.use(List.of(cache.adapter()));
            try (MlxScope scope = MlxScope.open()) {
                MlxArray x = states;
                for (int i = next; i < next + layers; i++) {
                    x = layer(i, x, view, offsets, inputs);
                }
                Ops.eval(x);
                MlxArray before = states;
                states = x.keep();
                before.close();
            }
            next += layers;
        }

        /** After the last layer: {@code [1, tokens, hidden]}, owned by the innermost scope. */
        MlxArray normedStates() {
            return normed(states);
        }

        @Override
        public MlxArray logits(Positions positions) {
            adaptables.use(List.of(cache.adapter()));
            return Decoder.this.logits(states, positions);
        }

        @Override
        public void close() {
            states.close();
            if (inputs != null) {
                inputs.close();
            }
        }
    }
}
