package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.testing.ExactProducts;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against a plain computation in double precision, on small random models. */
@ExtendWith({NativeLibrary.class, ExactProducts.class})
class FamilyTest {

    private static final int PROMPT = 24;
    private static final int DECODED = 8;

    @TempDir
    Path folder;

    static Stream<FamilyCase> families() {
        return Stream.of(Families.all(), ExpertFamilies.all(), Gemma4Families.all())
                .flatMap(Function.identity());
    }

    private static int[] ids() {
        return new SplittableRandom(3).ints(PROMPT + DECODED, 0, VOCABULARY).toArray();
    }

    private LanguageModel load(FamilyCase family, Fixture fixture) {
        fixture.write(folder, family.config());
        return Logits.load(folder, family.config());
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsAreThoseOfThePlainComputation(FamilyCase family, TestReporter reporter) {
        Fixture fixture = family.fixture();
        int[] ids = ids();
        double[][] expected = family.decoder(fixture).logits(ids);
        try (LanguageModel model = load(family, fixture);
                ModelCache cache = model.newCache();
                ModelCache pieces = model.newCache();
                ModelCache beside = model.newCache();
                MlxScope scope = MlxScope.open()) {
            double apart =
                    Logits.assertClose(model.forward(Arrays.copyOf(ids, PROMPT), cache, Positions.ALL), expected, 0);
            for (int t = PROMPT; t < ids.length; t++) {
                MlxArray next = model.forward(new int[] {ids[t]}, cache, Positions.LAST);
                apart = Math.max(apart, Logits.assertClose(next, expected, t));
            }
            reporter.publishEntry(family.name(), String.format(Locale.ROOT, "at most %.1e apart", apart));
            // In pieces of different sizes, one of them a layer at a time.
            Logits.assertClose(model.forward(Arrays.copyOf(ids, 9), pieces, Positions.LAST), expected, 8);
            Logits.assertClose(Logits.layerByLayer(model, Arrays.copyOfRange(ids, 9, PROMPT), pieces), expected, 9);
            // Some positions forgotten and read again, one of them together with another sequence.
            cache.trim(PROMPT - 6);
            model.forward(Arrays.copyOf(ids, 4), beside, Positions.LAST);
            MlxArray both = model.step(new int[] {ids[4], ids[PROMPT - 6]}, List.of(beside, cache));
            assertThat(both.shape()).containsExactly(2, 1, VOCABULARY);
            Logits.assertClose(row(both, 0), expected, 4);
            Logits.assertClose(row(both, 1), expected, PROMPT - 6);
            Logits.assertClose(
                    model.forward(Arrays.copyOfRange(ids, PROMPT - 5, ids.length), cache, Positions.ALL),
                    expected,
                    PROMPT - 5);
        }
    }

    private static MlxArray row(MlxArray x, int row) {
        return io.mlxmanager.mlx.Ops.slice(x, new int[] {row, 0, 0}, new int[] {row + 1, 1, VOCABULARY});
    }

    @ParameterizedTest
    @MethodSource("families")
    void aPositionCostsWhatTheFactsSay(FamilyCase family) {
        JsonFile config = new JsonFile("config.json", family.config());
        family.fixture().write(folder, family.config());
        Architecture architecture = Architecture.of(config);
        for (int bits : new int[] {16, 8, 4}) {
            ComputeTypes types = new ComputeTypes(Dtype.F32, new KvFormat(Dtype.F16, bits % 16));
            try (LanguageModel model = Architecture.load(folder, config, types, percent -> {});
                    ModelCache cache = model.newCache();
                    MlxScope scope = MlxScope.open()) {
                model.forward(new int[] {1}, cache, Positions.LAST);
                assertThat(cache.bytes())
                        .as("%d bits", bits)
                        .isEqualTo(architecture.inspect(config, 0).kvBytesPerToken(bits) * KvStore.blockPositions());
            }
        }
    }

    @Test
    void theCacheIsToldByKindOfLayer() {
        assertThat(kinds("gemma3")).containsOnlyKeys(KvKind.FULL_ATTENTION, KvKind.SLIDING_ATTENTION);
        assertThat(kinds("deepseek_v3")).containsOnlyKeys(KvKind.LATENT_ATTENTION);
        assertThat(kinds("qwen3")).containsOnlyKeys(KvKind.FULL_ATTENTION);
    }

    private static Map<KvKind, Long> kinds(String modelType) {
        JsonFile config = families()
                .map(family -> new JsonFile("config.json", family.config()))
                .filter(file -> file.requiredString("model_type").startsWith(modelType))
                .findFirst()
                .orElseThrow();
        return Architecture.of(config).inspect(config, 0).kvBytes(16);
    }

    @Test
    void anUnknownFamilyIsRefusedByName() {
        JsonFile config = new JsonFile(
                "config.json",
                Json.createObjectBuilder().add("model_type", "mamba").build());
        assertThatThrownBy(() -> Architecture.of(config))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("mamba")
                .hasMessageContaining("docs/FAMILIES.md");
    }

    @ParameterizedTest
    @MethodSource("families")
    void aMissingTensorIsNamed(FamilyCase family) {
        Fixture complete = family.fixture();
        String missing = "model.layers.3.self_attn.o_proj.weight";
        Fixture broken = complete.without(missing);
        assertThatThrownBy(() -> load(family, broken))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(missing);
    }
}
