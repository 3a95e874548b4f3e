package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.testing.NativeLibrary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What packed keys and values do to the starter model's logits, behind 600 tokens, read at once and one by one. */
@ExtendWith(NativeLibrary.class)
class PackedKvLogitsTest {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
    private static final int READ = 600;
    private static final int DECODED = 16;

    private static float[] logits(int bits) {
        JsonFile config = JsonFile.read(STARTER.resolve("config.json"));
        ComputeTypes types = new ComputeTypes(Dtype.F32, new KvFormat(Dtype.F16, bits));
        int[] ids = new SplittableRandom(4).ints(READ + DECODED, 10, 2000).toArray();
        try (LanguageModel model = Architecture.load(STARTER, config, types, percent -> {});
                ModelCache cache = model.newCache();
                MlxScope scope = MlxScope.open()) {
            model.forward(Arrays.copyOf(ids, READ), cache, Positions.LAST);
            float[] all = new float[DECODED * 2048];
            for (int i = 0; i < DECODED; i++) {
                float[] row = model.forward(new int[] {ids[READ + i]}, cache, Positions.LAST)
                        .toFloats();
                System.arraycopy(row, 0, all, i * row.length, row.length);
            }
            return all;
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 0.02", "4, 0.2"})
    void theErrorIsSmall(int bits, double most) {
        float[] half = logits(0);
        float[] packed = logits(bits);
        double squares = 0;
        double errors = 0;
        for (int i = 0; i < half.length; i++) {
            squares += half[i] * half[i];
            errors += (packed[i] - half[i]) * (packed[i] - half[i]);
        }
        double relative = Math.sqrt(errors / squares);
        assertThat(relative).isBetween(1e-6, most);
    }
}
