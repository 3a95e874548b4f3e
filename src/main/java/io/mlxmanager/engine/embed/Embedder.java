package io.mlxmanager.engine.embed;

import io.mlxmanager.engine.arch.TextEncoder;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An encoder with what stands behind it. Confined to the engine thread; closing it frees all weights. */
public final class Embedder implements AutoCloseable {

    private final TextEncoder encoder;
    private final EmbeddingPlan plan;
    private final List<DenseLayer> dense = new ArrayList<>();

    /** @param encoder closed with the embedder, also when this fails */
    public Embedder(TextEncoder encoder, EmbeddingPlan plan) {
        this.encoder = encoder;
        this.plan = plan;
        try {
            encoder.dense().forEach(projection -> dense.add(DenseLayer.of(projection)));
            if (dense.isEmpty()) {
                for (Path folder : plan.dense()) {
                    dense.add(DenseLayer.load(folder, features()));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Length of the vectors that come out. */
    public int features() {
        return dense.isEmpty()
                ? encoder.features()
                : dense.get(dense.size() - 1).out();
    }

    /** Begins to read texts; the caller closes the reading. */
    public TextEncoder.Reading read(List<int[]> texts) {
        return encoder.read(texts);
    }

    /**
     * The vectors of texts that were read to their end.
     *
     * @return one of {@link #features} per text
     */
    public List<float[]> vectors(List<int[]> texts, TextEncoder.Reading done) {
        MlxArray states = done.states();
        int longest = states.dim(1);
        int features = encoder.features();
        float[] all = states.toFloats();
        float[] pooled = new float[texts.size() * features];
        for (int i = 0; i < texts.size(); i++) {
            double[] one = plan.pooling().pool(all, i * longest * features, texts.get(i).length, features);
            for (int j = 0; j < features; j++) {
                pooled[i * features + j] = (float) one[j];
            }
        }
        float[] behind = dense.isEmpty() ? pooled : dense(pooled, texts.size());
        List<float[]> vectors = new ArrayList<>();
        int length = features();
        for (int i = 0; i < texts.size(); i++) {
            float[] vector = Arrays.copyOfRange(behind, i * length, (i + 1) * length);
            vectors.add(plan.normalised() ? Vectors.normalised(vector) : vector);
        }
        return vectors;
    }

    private float[] dense(float[] pooled, int texts) {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = Ops.fromFloats(pooled, texts, encoder.features());
            for (DenseLayer layer : dense) {
                x = layer.apply(x);
            }
            return x.toFloats();
        }
    }

    @Override
    public void close() {
        dense.forEach(DenseLayer::close);
        encoder.close();
    }
}
