package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole two-layer Qwen3 against the logits that MLX computed from the same files in float32. */
@ExtendWith(NativeLibrary.class)
class TinyQwen3Test {

    private static final Path FOLDER = Path.of("src/test/resources/golden/numeric/mlx/tiny-qwen3-4bit");
    private static final double TOLERANCE = 1e-3;

    private final JsonObject expected =
            JsonFile.read(FOLDER.resolve("expected_f32.json")).fields();
    private LanguageModel model;

    @BeforeEach
    void load() {
        MlxRuntime.exact(true);
        JsonFile config = JsonFile.read(FOLDER.resolve("config.json"));
        model = Architecture.load(FOLDER, config, new ComputeTypes(Dtype.F32, Dtype.F32), percent -> {});
    }

    @AfterEach
    void close() {
        model.close();
        MlxRuntime.exact(false);
    }

    private int[] prompt() {
        return expected.getJsonArray("prompt").getValuesAs(JsonNumber.class).stream()
                .mapToInt(JsonNumber::intValue)
                .toArray();
    }

    private static float[] logits(MlxArray array) {
        return Ops.astype(array, Dtype.F32).toFloats();
    }

    private static void assertClose(float[] found, JsonArray wanted, int from) {
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("logit %d", i)
                    .isCloseTo(wanted.getJsonNumber(from + i).doubleValue(), within(TOLERANCE));
        }
    }

    @Test
    void promptLogitsAgree() {
        JsonArray wanted =
                expected.getJsonObject("prefill_logits_all_positions").getJsonArray("data");
        try (ModelCache cache = model.newCache();
                MlxScope scope = MlxScope.open()) {
            assertClose(logits(model.forward(prompt(), cache, Positions.ALL)), wanted, 0);
        }
    }

    @Test
    void greedyTokensAndDecodeLogitsAgree() {
        JsonArray steps = expected.getJsonArray("decode_logits_first_2_steps");
        List<Integer> greedy = new ArrayList<>();
        try (ModelCache cache = model.newCache()) {
            int[] ids = prompt();
            for (int step = 0; step < 6; step++) {
                try (MlxScope scope = MlxScope.open()) {
                    float[] logits = logits(model.forward(ids, cache, Positions.LAST));
                    if (step > 0 && step <= steps.size()) {
                        assertClose(logits, steps.getJsonArray(step - 1), 0);
                    }
                    ids = new int[] {argmax(logits)};
                    greedy.add(ids[0]);
                }
            }
        }
        assertThat(greedy)
                .isEqualTo(expected.getJsonArray("greedy_tokens").getValuesAs(JsonNumber.class).stream()
                        .map(JsonNumber::intValue)
                        .toList());
    }

    @Test
    void aPromptReadInPiecesGivesTheSame() {
        int[] prompt = prompt();
        JsonArray wanted =
                expected.getJsonObject("prefill_logits_all_positions").getJsonArray("data");
        int vocabulary = wanted.size() / prompt.length;
        try (ModelCache cache = model.newCache();
                MlxScope scope = MlxScope.open()) {
            model.forward(new int[] {prompt[0], prompt[1], prompt[2]}, cache, Positions.LAST);
            model.forward(new int[] {prompt[3]}, cache, Positions.LAST);
            int[] rest = java.util.Arrays.copyOfRange(prompt, 4, prompt.length);
            float[] last = logits(model.forward(rest, cache, Positions.LAST));
            assertClose(last, wanted, (prompt.length - 1) * vocabulary);
        }
    }

    @Test
    void aTrimmedCacheGoesOnAsAFreshOne() {
        int[] prompt = prompt();
        try (ModelCache cache = model.newCache();
                ModelCache fresh = model.newCache();
                MlxScope scope = MlxScope.open()) {
            model.forward(prompt, cache, Positions.LAST);
            cache.trim(3);
            model.forward(java.util.Arrays.copyOf(prompt, 3), fresh, Positions.LAST);
            float[] trimmed = logits(model.forward(new int[] {9, 8, 7}, cache, Positions.LAST));
            float[] other = logits(model.forward(new int[] {9, 8, 7}, fresh, Positions.LAST));
            for (int i = 0; i < trimmed.length; i++) {
                assertThat(trimmed[i]).isCloseTo(other[i], within((float) TOLERANCE / 10));
            }
        }
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Test
    void aStepOfManySequencesIsTheStepOfEach() {
        int[][] prompts = {prompt(), {1, 2, 3}, {7}, {5, 4, 3, 2, 1}};
        List<ModelCache> together = new ArrayList<>();
        List<ModelCache> alone = new ArrayList<>();
        try (MlxScope scope = MlxScope.open()) {
            for (int[] each : prompts) {
                for (List<ModelCache> caches : List.of(together, alone)) {
                    ModelCache cache = model.newCache();
                    model.forward(each, cache, Positions.LAST);
                    caches.add(cache);
                }
            }
            int[] ids = {3, 9, 1, 4};
            for (int step = 0; step < 3; step++) {
                float[] logits = logits(model.step(ids, together));
                for (int row = 0; row < ids.length; row++) {
                    float[] expected = logits(model.forward(new int[] {ids[row]}, alone.get(row), Positions.LAST));
                    float[] found =
                            java.util.Arrays.copyOfRange(logits, row * expected.length, (row + 1) * expected.length);
                    assertThat(found)
                            .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-5 ? 0 : 1)
                            .containsExactly(expected);
                    ids[row] = argmax(expected);
                }
            }
        }
        together.forEach(ModelCache::close);
        alone.forEach(ModelCache::close);
    }
}
