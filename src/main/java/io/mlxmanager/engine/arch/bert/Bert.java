package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LayerReading;
import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.engine.nn.Embedding;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.TextMask;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Gelu;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** An encoder with learned positions and norms behind each part. Confined to the engine thread. */
final class Bert implements TextEncoder {

    /** What checkpoints of the same model put before every name. */
    private static final List<String> PREFIXES = List.of("", "bert.", "roberta.", "model.");

    private final EncoderSizes sizes;
    private final ModelWeights weights;
    private final ComputeTypes types;
    private final int firstPosition;
    private final Embedding words;
    private final Embedding positions;
    private final Embedding kinds;
    private final Norm embeddedNorm;
    private final List<Layer> layers = new ArrayList<>();

    Bert(JsonFile config, ModelWeights weights, ComputeTypes types) {
        this.sizes = EncoderSizes.of(config);
        this.weights = weights;
        this.types = types;
        this.firstPosition = BertArchitecture.firstPosition(config);
        float eps = config.positiveFloat("layer_norm_eps", 1e-12f);
        String prefix = PREFIXES.stream()
                .filter(each -> weights.has(each + "embeddings.word_embeddings.weight"))
                .findFirst()
                .orElseThrow(() -> new ModelFormatException("missing tensor embeddings.word_embeddings.weight"));
        String path = prefix + "embeddings.";
        int hidden = sizes.hidden();
        words = Embedding.load(weights, path + "word_embeddings", sizes.vocabulary(), hidden);
        positions = Embedding.load(weights, path + "position_embeddings", BertArchitecture.positions(config), hidden);
        kinds = Embedding.load(
                weights, path + "token_type_embeddings", config.optionalInt("type_vocab_size", 1, 2), hidden);
        embeddedNorm = Norm.layerBiased(weights, path + "LayerNorm", hidden, eps);
        Gelu activation = EncoderSizes.activation(config, "hidden_act");
        for (int i = 0; i < sizes.layers(); i++) {
            layers.add(new Layer(prefix + "encoder.layer." + i + ".", eps, activation));
        }
    }

    @Override
    public int features() {
        return sizes.hidden();
    }

    @Override
    public Reading read(List<int[]> texts) {
        TextMask mask =
                new TextMask(texts.stream().mapToInt(text -> text.length).toArray(), false);
        List<UnaryOperator<MlxArray>> steps = new ArrayList<>();
        layers.forEach(layer -> steps.add(x -> layer.apply(x, mask)));
        return new LayerReading(mask, () -> embedded(texts), steps);
    }

    private MlxArray embedded(List<int[]> texts) {
        int longest = TextEncoder.longest(texts);
        int[] places = IntStream.range(firstPosition, firstPosition + longest).toArray();
        MlxArray sum = Ops.add(
                Ops.reshape(
                        words.lookup(TextEncoder.sideBySide(texts), types.activations()),
                        texts.size(),
                        longest,
                        sizes.hidden()),
                positions.lookup(places, types.activations()));
        return embeddedNorm.apply(Ops.add(sum, kinds.lookup(new int[] {0}, types.activations())));
    }

    @Override
    public void close() {
        weights.close();
    }

    /** One layer. */
    private final class Layer {

        private final Projection query;
        private final Projection key;
        private final Projection value;
        private final Projection output;
        private final Norm attendedNorm;
        private final Projection wide;
        private final Projection narrow;
        private final Norm outputNorm;
        private final Gelu activation;

        Layer(String path, float eps, Gelu activation) {
            int hidden = sizes.hidden();
            query = square(path + "attention.self.query");
            key = square(path + "attention.self.key");
            value = square(path + "attention.self.value");
            output = square(path + "attention.output.dense");
            attendedNorm = Norm.layerBiased(weights, path + "attention.output.LayerNorm", hidden, eps);
            wide = Projection.load(weights, path + "intermediate.dense", hidden, sizes.feedForward(), true);
            narrow = Projection.load(weights, path + "output.dense", sizes.feedForward(), hidden, true);
            outputNorm = Norm.layerBiased(weights, path + "output.LayerNorm", hidden, eps);
            this.activation = activation;
        }

        private Projection square(String path) {
            return Projection.load(weights, path, sizes.hidden(), sizes.hidden(), true);
        }

        MlxArray apply(MlxArray x, TextMask mask) {
            MlxArray attended = WholeAttention.attend(
                    heads(query.apply(x)), heads(key.apply(x)), heads(value.apply(x)), sizes, mask.within(0));
            MlxArray middle = attendedNorm.apply(Ops.add(output.apply(attended), x));
            return outputNorm.apply(Ops.add(narrow.apply(Ops.gelu(wide.apply(middle), activation)), middle));
        }

        private MlxArray heads(MlxArray x) {
            return WholeAttention.heads(x, sizes);
        }
    }
}
