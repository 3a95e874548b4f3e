package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.FEED_FORWARD;
import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.KV_HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.nn.Adapter;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Adapters beside a model against the plain computation with the changed matrices. */
@ExtendWith(NativeLibrary.class)
class AdapterTest {

    private static final int RANK = 4;
    private static final double SCALE = 3;
    private static final int PROMPT = 12;
    private static final FamilyCase QWEN2 = new FamilyCase(
            "qwen2",
            "'model_type':'qwen2'",
            FamilyCase.queryBiases(),
            FamilyCase.turning(ReferenceRope.plain(HEAD_DIM, 1_000_000, false)));

    @TempDir
    Path folder;

    private final int[] ids =
            new SplittableRandom(3).ints(PROMPT + 2, 0, VOCABULARY).toArray();
    private Fixture fixture;
    private LanguageModel model;

    @BeforeEach
    void load() {
        MlxRuntime.exact(true);
        fixture = QWEN2.fixture();
        JsonObject config = QWEN2.config();
        fixture.write(folder.resolve("model"), config);
        JsonFile file = new JsonFile("config.json", config);
        model = Architecture.load(folder.resolve("model"), file, new ComputeTypes(Dtype.F32, Dtype.F32), percent -> {});
    }

    @AfterEach
    void close() {
        model.close();
        MlxRuntime.exact(false);
    }

    private record Shape(int in, int out) {}

    private static Map<String, Shape> changed() {
        Map<String, Shape> changed = new TreeMap<>();
        for (int i = 1; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            changed.put(path + "self_attn.q_proj", new Shape(HIDDEN, HEADS * HEAD_DIM));
            changed.put(path + "self_attn.v_proj", new Shape(HIDDEN, KV_HEADS * HEAD_DIM));
            changed.put(path + "mlp.down_proj", new Shape(FEED_FORWARD, HIDDEN));
        }
        return changed;
    }

    /** An adapter as mlx-lm writes it. */
    private Fixture adapter(long seed, boolean lengths) {
        Fixture adapter = new Fixture(seed);
        changed().forEach((path, shape) -> {
            adapter.tensor(path + ".lora_a", 0, 0.2, shape.in, RANK).tensor(path + ".lora_b", 0, 0.2, RANK, shape.out);
            if (lengths) {
                adapter.tensor(path + ".m", 1.5, 0.3, shape.out);
            }
        });
        return adapter;
    }

    private Path write(String name, Fixture adapter, String kind) {
        Path path = folder.resolve(name);
        JsonObject config = Json.createObjectBuilder()
                .add("fine_tune_type", kind)
                .add("num_layers", LAYERS - 1)
                .add(
                        "lora_parameters",
                        Json.createObjectBuilder()
                                .add("rank", RANK)
                                .add("scale", SCALE)
                                .add("dropout", 0.0))
                .build();
        adapter.write(path, config);
        try {
            Files.move(path.resolve("model.safetensors"), path.resolve("adapters.safetensors"));
            Files.move(path.resolve("config.json"), path.resolve("adapter_config.json"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return path;
    }

    /** Logits with the changed matrices in place of the model's. */
    private double[][] expected(Fixture adapter, boolean lengths) {
        Fixture fused = QWEN2.fixture();
        changed().forEach((path, shape) -> {
            double[] matrix = fixture.values(path + ".weight");
            double[] a = adapter.values(path + ".lora_a");
            double[] b = adapter.values(path + ".lora_b");
            for (int out = 0; out < shape.out; out++) {
                double squares = 0;
                for (int in = 0; in < shape.in; in++) {
                    double change = 0;
                    for (int r = 0; r < RANK; r++) {
                        change += a[in * RANK + r] * b[r * shape.out + out];
                    }
                    matrix[out * shape.in + in] += SCALE * change;
                    squares += matrix[out * shape.in + in] * matrix[out * shape.in + in];
                }
                double factor = lengths ? adapter.values(path + ".m")[out] / Math.sqrt(squares) : 1;
                for (int in = 0; in < shape.in; in++) {
                    matrix[out * shape.in + in] *= factor;
                }
            }
            fused.replace(path + ".weight", matrix);
        });
        return QWEN2.decoder(fused).logits(ids);
    }

    private static void assertClose(MlxArray logits, int row, double[] expected) {
        float[] found = logits.toFloats();
        for (int i = 0; i < VOCABULARY; i++) {
            Assertions.assertThat((double) found[row * VOCABULARY + i])
                    .as("row %d, logit %d", row, i)
                    .isCloseTo(expected[i], within(1e-3));
        }
    }

    @Test
    void oneModelServesItselfAndTwoAdaptersInOneStep() {
        Fixture first = adapter(5, false);
        Fixture second = adapter(6, true);
        List<double[][]> expected =
                List.of(QWEN2.decoder(fixture).logits(ids), expected(first, false), expected(second, true));
        try (MlxScope scope = MlxScope.open();
                Adapter lora = model.loadAdapter(write("lora", first, "lora"));
                Adapter dora = model.loadAdapter(write("dora", second, "dora"));
                ModelCache plain = model.newCache();
                ModelCache withLora = model.newCache();
                ModelCache withDora = model.newCache()) {
            withLora.adapt(lora);
            withDora.adapt(dora);
            List<ModelCache> caches = List.of(plain, withLora, withDora);
            for (int i = 0; i < caches.size(); i++) {
                MlxArray logits = model.forward(Arrays.copyOf(ids, PROMPT), caches.get(i), Positions.ALL);
                for (int t = 0; t < PROMPT; t++) {
                    assertClose(logits, t, expected.get(i)[t]);
                }
            }
            MlxArray together = model.step(new int[] {ids[PROMPT], ids[PROMPT], ids[PROMPT]}, caches);
            for (int i = 0; i < caches.size(); i++) {
                assertClose(together, i, expected.get(i)[PROMPT]);
            }
            assertClose(
                    model.forward(new int[] {ids[PROMPT + 1]}, plain, Positions.LAST), 0, expected.get(0)[PROMPT + 1]);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Fixture foreign = adapter(5, false).tensor("model.layers.2.self_attn.x_proj.lora_a", 0, 1, HIDDEN, RANK);
        assertThatThrownBy(() -> model.loadAdapter(write("foreign", foreign, "lora")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapters.safetensors")
                .hasMessageContaining("model.layers.2.self_attn.x_proj");
        Fixture wide = adapter(5, false).tensor("model.layers.2.self_attn.q_proj.lora_b", 0, 1, RANK, 7);
        assertThatThrownBy(() -> model.loadAdapter(write("wide", wide, "lora")))
                .hasMessageContaining("adapters.safetensors")
                .hasMessageContaining("layer 2")
                .hasMessageContaining("model.layers.2.self_attn.q_proj.lora_b");
        Fixture half = adapter(5, false).without("model.layers.2.self_attn.q_proj.lora_b");
        assertThatThrownBy(() -> model.loadAdapter(write("half", half, "lora")))
                .hasMessageContaining("model.layers.2.self_attn.q_proj.lora_b");
        assertThatThrownBy(() -> model.loadAdapter(write("full", adapter(5, false), "full")))
                .hasMessageContaining("fine_tune_type full");
    }
}
