package io.mlxmanager.engine.arch;

import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.engine.weights.QuantizationConfig;
import io.mlxmanager.mlx.MlxArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** A loaded model that reads texts as wholes and gives a vector for each token. Confined to the engine thread; closing it frees its weights. */
public interface TextEncoder extends AutoCloseable {

    /** Length of the vectors. */
    int features();

    /** Layers behind pooling that come with the encoder's own weights, in their order. */
    default List<Dense> dense() {
        return List.of();
    }

    /**
     * Begins to read texts side by side; the caller closes the reading.
     *
     * @param texts token ids of each, at least one, none empty
     */
    Reading read(List<int[]> texts);

    @Override
    void close();

    /**
     * Loads the model of a folder. Engine thread only.
     *
     * @param percent hears how much of the weights was read
     * @throws io.mlxmanager.engine.weights.ModelFormatException for a family of which no such models are known
     */
    static TextEncoder load(Path folder, JsonFile config, ComputeTypes types, IntConsumer percent) {
        ModelWeights weights = ModelWeights.open(folder, QuantizationConfig.of(config), percent);
        try {
            Optional<EncoderArchitecture> family = EncoderArchitecture.of(config);
            return family.isPresent()
                    ? family.get().load(weights, config, types)
                    : Architecture.of(config).encoder(weights, config, types);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** The ids of texts in rows of the longest one's length; what fills the others up is never looked at. */
    static int[] sideBySide(List<int[]> texts) {
        int longest = longest(texts);
        int[] ids = new int[texts.size() * longest];
        for (int i = 0; i < texts.size(); i++) {
            System.arraycopy(texts.get(i), 0, ids, i * longest, texts.get(i).length);
        }
        return ids;
    }

    /** Tokens of the longest text. */
    static int longest(List<int[]> texts) {
        return texts.stream().mapToInt(text -> text.length).max().orElse(0);
    }

    /** A layer behind pooling, and how many features leave it. */
    record Dense(Projection projection, int out) {}

    /** Texts on their way through the model, in pieces that are short enough for others to wait for. */
    interface Reading extends AutoCloseable {

        /** Goes on by one piece. Returns false when that was the last. */
        boolean advance();

        /**
         * After the last piece.
         *
         * @return {@code [texts, longest, features]}, what lies behind the end of a text means nothing; owned by the reading
         */
        MlxArray states();

        @Override
        void close();
    }
}
