package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import jakarta.json.JsonObject;
import java.nio.file.Path;

/** What a model answers, beside what it should. */
final class Logits {

    private static final double TOLERANCE = 1e-3;

    private Logits() {}

    /** Loads a model that computes and stores in float32. */
    static LanguageModel load(Path folder, JsonObject config) {
        JsonFile file = new JsonFile("config.json", config);
        return Architecture.load(folder, file, new ComputeTypes(Dtype.F32, Dtype.F32), percent -> {});
    }

    /** Those of the model in a folder for a whole prompt. */
    static void assertOfPrompt(Path folder, JsonObject config, int[] ids, double[][] expected) {
        try (LanguageModel model = load(folder, config);
                ModelCache cache = model.newCache();
                MlxScope scope = MlxScope.open()) {
            assertClose(model.forward(ids, cache, Positions.ALL), expected, 0);
        }
    }

    /** As {@code forward} with all positions; between two layers another sequence goes through the model. */
    static MlxArray layerByLayer(LanguageModel model, int[] ids, ModelCache cache) {
        try (ModelCache other = model.newCache();
                ForwardPass pass = model.begin(ids, cache)) {
            assertThat(pass.left()).isEqualTo(model.layers());
            while (pass.left() > 0) {
                pass.advance(1);
                model.forward(new int[] {1}, other, Positions.LAST);
            }
            return pass.logits(Positions.ALL);
        }
    }

    /**
     * @param from position of the first of the found
     * @return how far the two are apart at most
     */
    static double assertClose(MlxArray logits, double[][] expected, int from) {
        float[] found = logits.toFloats();
        int vocabulary = expected[0].length;
        double apart = 0;
        for (int i = 0; i < found.length; i++) {
            double wanted = expected[from + i / vocabulary][i % vocabulary];
            assertThat((double) found[i])
                    .as("position %d, logit %d", from + i / vocabulary, i % vocabulary)
                    .isCloseTo(wanted, within(TOLERANCE));
            apart = Math.max(apart, Math.abs(found[i] - wanted));
        }
        return apart;
    }
}
