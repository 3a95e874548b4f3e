package io.mlxmanager.engine.arch.qwen3;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.nn.Embedding;
import io.mlxmanager.engine.nn.GatedMlp;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.RmsNorm;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.List;

/** The decoder itself. Confined to the engine thread. */
final class Qwen3Model implements LanguageModel {

    private record Block(
            RmsNorm inputNorm,
            Projection query,
            Projection key,
            Projection value,
            Projection output,
            RmsNorm queryNorm,
            RmsNorm keyNorm,
            RmsNorm postAttentionNorm,
            GatedMlp mlp) {}

    private final Qwen3Config config;
    private final ModelWeights weights;
    private final ComputeTypes types;
    private final Embedding embedding;
    private final List<Block> blocks = new ArrayList<>();
    private final RmsNorm finalNorm;
    private final Projection head;
    private final float attentionScale;

    Qwen3Model(Qwen3Config config, ModelWeights weights, ComputeTypes types) {
        this.config = config;
        this.weights = weights;
        this.types = types;
        this.attentionScale = (float) (1 / Math.sqrt(config.headDim()));
        this.embedding = Embedding.load(weights, "model.embed_tokens", config.vocabularySize(), config.hiddenSize());
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(block("model.layers." + i));
        }
        this.finalNorm = norm("model.norm", config.hiddenSize());
        this.head = config.tiedEmbeddings()
                ? embedding.asProjection()
                : Projection.load(weights, "lm_head", config.hiddenSize(), config.vocabularySize(), false);
    }

    private Block block(String path) {
        int hidden = config.hiddenSize();
        int queries = config.heads() * config.headDim();
        int keys = config.kvHeads() * config.headDim();
        String attention = path + ".self_attn";
        return new Block(
                norm(path + ".input_layernorm", hidden),
                Projection.load(weights, attention + ".q_proj", hidden, queries, false),
                Projection.load(weights, attention + ".k_proj", hidden, keys, false),
                Projection.load(weights, attention + ".v_proj", hidden, keys, false),
                Projection.load(weights, attention + ".o_proj", queries, hidden, false),
                norm(attention + ".q_norm", config.headDim()),
                norm(attention + ".k_norm", config.headDim()),
                norm(path + ".post_attention_layernorm", hidden),
                GatedMlp.load(weights, path + ".mlp", hidden, config.intermediateSize(), false));
    }

    private RmsNorm norm(String path, int features) {
        return RmsNorm.load(weights, path, features, config.normEps());
    }

    @Override
    public ModelCache newCache() {
        List<KvStore> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(KvStore.create(config.kvHeads(), config.headDim(), types.cache()));
        }
        return new ModelCache(layers);
    }

    @Override
    public MlxArray forward(int[] ids, ModelCache cache, Positions positions) {
        MlxArray x = decode(embedding.lookup(ids, types.activations()), CacheView.of(cache));
        if (positions == Positions.LAST && ids.length > 1) {
            x = Ops.slice(x, new int[] {0, ids.length - 1, 0}, new int[] {1, ids.length, config.hiddenSize()});
        }
        return head.apply(finalNorm.apply(x));
    }

    @Override
    public MlxArray step(int[] ids, List<ModelCache> caches) {
        MlxArray rows = Ops.reshape(embedding.lookup(ids, types.activations()), ids.length, 1, config.hiddenSize());
        return head.apply(finalNorm.apply(decode(rows, CacheView.of(caches))));
    }

    private MlxArray decode(MlxArray embedded, CacheView cache) {
        MlxArray x = embedded;
        int[] offsets = cache.offsets();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            // What a layer computes on the way is freed with it: the next one finds its memory still warm.
            try (MlxScope layer = MlxScope.open()) {
                MlxArray attended = Ops.add(x, attend(block, block.inputNorm.apply(x), cache, i, offsets));
                MlxArray done = Ops.add(attended, block.mlp.apply(block.postAttentionNorm.apply(attended)));
                x = layer.handOut(done);
            }
        }
        return x;
    }

    private MlxArray attend(Block block, MlxArray x, CacheView cache, int layer, int[] offsets) {
        MlxArray q = rotate(block.queryNorm.apply(heads(block.query.apply(x), config.heads())), offsets);
        MlxArray k = rotate(block.keyNorm.apply(heads(block.key.apply(x), config.kvHeads())), offsets);
        MlxArray v = Ops.transpose(heads(block.value.apply(x), config.kvHeads()), 0, 2, 1, 3);
        MlxArray attended = Ops.transpose(cache.attend(layer, q, k, v, attentionScale, 0, null), 0, 2, 1, 3);
        return block.output.apply(Ops.reshape(attended, x.dim(0), x.dim(1), config.heads() * config.headDim()));
    }

    private MlxArray heads(MlxArray x, int heads) {
        return Ops.reshape(x, x.dim(0), x.dim(1), heads, config.headDim());
    }

    /** @param x {@code [rows, length, heads, headDim]}; the result is {@code [rows, heads, length, headDim]} */
    private MlxArray rotate(MlxArray x, int[] offsets) {
        return FastOps.rope(Ops.transpose(x, 0, 2, 1, 3), config.headDim(), false, config.ropeBase(), 1f, offsets);
    }

    @Override
    public void close() {
        weights.close();
    }
}
