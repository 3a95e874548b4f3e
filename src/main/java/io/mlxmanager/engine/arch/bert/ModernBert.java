package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LayerReading;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.nn.Embedding;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.TextMask;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.Gelu;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** An encoder with rotary positions and norms before each part. Confined to the engine thread. */
final class ModernBert implements TextEncoder {

    private final EncoderSizes sizes;
    private final JsonFile config;
    private final ModelWeights weights;
    private final ComputeTypes types;
    private final Gelu activation;
    private final float eps;
    private final Embedding words;
    private final Norm embeddedNorm;
    private final List<Layer> layers = new ArrayList<>();
    private final Norm finalNorm;

    ModernBert(JsonFile config, ModelWeights weights, ComputeTypes types) {
        this.sizes = EncoderSizes.of(config);
        this.config = config;
        this.weights = weights;
        this.types = types;
        this.activation = EncoderSizes.activation(config, "hidden_activation");
        this.eps = config.positiveFloat("norm_eps", 1e-5f);
        String prefix = weights.has("model.embeddings.tok_embeddings.weight") ? "model." : "";
        words = Embedding.load(weights, prefix + "embeddings.tok_embeddings", sizes.vocabulary(), sizes.hidden());
        embeddedNorm = norm(prefix + "embeddings.norm");
        int everywhere = config.optionalInt("global_attn_every_n_layers", 1, 3);
        for (int i = 0; i < sizes.layers(); i++) {
            layers.add(new Layer(prefix + "layers." + i + ".", i > 0, i % everywhere == 0));
        }
        finalNorm = norm(prefix + "final_norm");
    }

    private Norm norm(String path) {
        return config.optionalBoolean("norm_bias", false)
                ? Norm.layerBiased(weights, path, sizes.hidden(), eps)
                : Norm.layer(weights, path, sizes.hidden(), eps);
    }

    @Override
    public int features() {
        return sizes.hidden();
    }

    @Override
    public Reading read(List<int[]> texts) {
        TextMask mask =
                new TextMask(texts.stream().mapToInt(text -> text.length).toArray(), false);
        int longest = TextEncoder.longest(texts);
        List<UnaryOperator<MlxArray>> steps = new ArrayList<>();
        layers.forEach(layer -> steps.add(x -> layer.apply(x, mask)));
        steps.add(finalNorm::apply);
        return new LayerReading(
                mask,
                () -> embeddedNorm.apply(Ops.reshape(
                        words.lookup(TextEncoder.sideBySide(texts), types.activations()),
                        texts.size(),
                        longest,
                        sizes.hidden())),
                steps);
    }

    @Override
    public void close() {
        weights.close();
    }

    /** One layer. */
    private final class Layer {

        private final Norm attentionNorm;
        private final Projection all;
        private final Projection output;
        private final Norm feedForwardNorm;
        private final Projection wide;
        private final Projection narrow;
        private final double base;
        private final int window;

        /**
         * @param normed whether there is a norm before attention; the first layer reads what is normed already
         * @param everywhere whether attention has no window
         */
        Layer(String path, boolean normed, boolean everywhere) {
            boolean biased = config.optionalBoolean("attention_bias", false);
            boolean wideBiased = config.optionalBoolean("mlp_bias", false);
            int hidden = sizes.hidden();
            int inner = sizes.feedForward();
            attentionNorm = normed ? norm(path + "attn_norm") : Norm.NONE;
            all = Projection.load(weights, path + "attn.Wqkv", hidden, 3 * hidden, biased);
            output = Projection.load(weights, path + "attn.Wo", hidden, hidden, biased);
            feedForwardNorm = norm(path + "mlp_norm");
            wide = Projection.load(weights, path + "mlp.Wi", hidden, 2 * inner, wideBiased);
            narrow = Projection.load(weights, path + "mlp.Wo", inner, hidden, wideBiased);
            float global = config.positiveFloat("global_rope_theta", 160_000);
            base = everywhere ? global : config.positiveFloat("local_rope_theta", global);
            window = everywhere ? 0 : config.optionalInt("local_attention", 1, 128);
        }

        MlxArray apply(MlxArray x, TextMask mask) {
            MlxArray qkv = all.apply(attentionNorm.apply(x));
            int hidden = sizes.hidden();
            MlxArray attended = WholeAttention.attend(
                    turned(part(qkv, 0, hidden)),
                    turned(part(qkv, hidden, hidden)),
                    WholeAttention.heads(part(qkv, 2 * hidden, hidden), sizes),
                    sizes,
                    mask.within(window));
            MlxArray middle = Ops.add(x, output.apply(attended));
            MlxArray both = wide.apply(feedForwardNorm.apply(middle));
            int inner = sizes.feedForward();
            MlxArray active = Ops.multiply(Ops.gelu(part(both, 0, inner), activation), part(both, inner, inner));
            return Ops.add(middle, narrow.apply(active));
        }

        private MlxArray turned(MlxArray x) {
            return FastOps.rope(WholeAttention.heads(x, sizes), sizes.headDim(), false, base, 1, 0);
        }

        private static MlxArray part(MlxArray x, int from, int width) {
            return Ops.slice(x, new int[] {0, 0, from}, new int[] {x.dim(0), x.dim(1), from + width});
        }
    }
}
