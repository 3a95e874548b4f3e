package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.testing.ExactProducts;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole model in exact mode: who computes what does not show. */
@ExtendWith({NativeLibrary.class, ExactProducts.class})
class ExactModelTest {

    private static final int PROMPT = 300;
    private static final int DECODED = 6;

    private static List<float[]> logits(LanguageModel model, int threads) {
        int[] ids = new SplittableRandom(4).ints(PROMPT + DECODED, 10, 2000).toArray();
        MlxRuntime.threads(threads);
        List<float[]> all = new ArrayList<>();
        try (ModelCache cache = model.newCache();
                MlxScope scope = MlxScope.open()) {
            all.add(model.forward(Arrays.copyOf(ids, PROMPT), cache, Positions.ALL)
                    .toFloats());
            for (int t = PROMPT; t < ids.length; t++) {
                MlxArray next = model.forward(new int[] {ids[t]}, cache, Positions.LAST);
                all.add(next.toFloats());
            }
        }
        return all;
    }

    @Test
    void logitsAreTheSameToTheBitForAnyNumberOfThreads() {
        assumeTrue(MlxRuntime.backend().equals("cpu"), "The threads are those of our own back end");
        int usual = MlxRuntime.threads();
        JsonFile config = JsonFile.read(StarterEngine.FOLDER.resolve("config.json"));
        ComputeTypes types = new ComputeTypes(Dtype.F32, Dtype.F32);
        try (LanguageModel model = Architecture.load(StarterEngine.FOLDER, config, types, percent -> {})) {
            List<float[]> alone = logits(model, 1);
            for (int threads : new int[] {2, 3, 5}) {
                List<float[]> together = logits(model, threads);
                for (int step = 0; step < alone.size(); step++) {
                    assertThat(together.get(step))
                            .as("%d threads, step %d", threads, step)
                            .isEqualTo(alone.get(step));
                }
            }
        } finally {
            MlxRuntime.threads(usual);
        }
    }
}
