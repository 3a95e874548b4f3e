package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.arch.ReferenceEncoder;
import io.mlxmanager.engine.embed.Vectors;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.TinyEncoder;
import jakarta.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From tokens to vectors, beside generations. */
@ExtendWith(NativeLibrary.class)
class EmbeddingTest {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");

    @TempDir
    Path folder;

    private final long before = MlxRuntime.activeBytes();
    private Engine engine;

    @BeforeEach
    void start() {
        engine = Engine.start(new EngineOptions(2, true, 64, 4, 0), new LastingThreads("embedding-test"));
    }

    @AfterEach
    void stop() {
        engine.close();
        MlxRuntime.exact(false);
        assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
    }

    private static double[] mean(int[] ids) {
        ReferenceEncoder reference = new ReferenceEncoder(
                TinyEncoder.weights(TinyEncoder.POSITIONS), TinyEncoder.HIDDEN, TinyEncoder.HEADS, TinyEncoder.LAYERS);
        double[][] states = reference.bert(ids);
        double[] mean = new double[TinyEncoder.HIDDEN];
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            for (double[] state : states) {
                mean[i] += state[i] / states.length;
            }
            squares += mean[i] * mean[i];
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= Math.sqrt(squares);
        }
        return mean;
    }

    private static void assertSame(float[] found, double[] expected) {
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("number %d", i).isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void vectorsAreThoseOfThePlainComputationWhateverStandsBeside() {
        TinyEncoder.write(folder);
        EngineModel model = engine.load(folder).join();
        List<int[]> texts = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 40; i++) {
            texts.add(random.ints(1 + i, 4, TinyEncoder.vocabulary()).toArray());
        }
        List<float[]> vectors =
                engine.embed(model, texts, Share.of("a")).result().join();
        assertThat(model.purpose()).isEqualTo(ModelPurpose.EMBED);
        assertThat(model.dimensions()).isEqualTo(TinyEncoder.HIDDEN);
        for (int i = 0; i < texts.size(); i++) {
            assertSame(vectors.get(i), mean(texts.get(i)));
        }
    }

    @Test
    void theTokenizerPutsItsTokensAround() {
        TinyEncoder.write(folder);
        EngineModel model = engine.load(folder).join();
        assertThat(model.encodeWhole("The cat!")).startsWith(2, 7, 4).endsWith(3);
        assertThat(model.encode("cat")).containsExactly(4);
    }

    @Test
    void layersBehindPoolingAndAShorterContextAreRead() {
        TinyEncoder.write(folder);
        TinyEncoder.text(
                folder.resolve("modules.json"),
                Json.createArrayBuilder()
                        .add(TinyEncoder.module("", "Transformer"))
                        .add(TinyEncoder.module("1_Pooling", "Pooling"))
                        .add(TinyEncoder.module("2_Dense", "Dense"))
                        .build()
                        .toString());
        TinyEncoder.text(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode\":\"cls\"}");
        TinyEncoder.text(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\":17}");
        io.mlxmanager.engine.arch.Fixture dense = new io.mlxmanager.engine.arch.Fixture(8)
                .tensor("linear.weight", 0, 0.2, 10, TinyEncoder.HIDDEN)
                .tensor("linear.bias", 0, 0.2, 10);
        dense.write(
                folder.resolve("2_Dense"),
                Json.createObjectBuilder()
                        .add("in_features", TinyEncoder.HIDDEN)
                        .add("out_features", 10)
                        .add("bias", true)
                        .add("activation_function", "torch.nn.modules.activation.Tanh")
                        .build());
        EngineModel model = engine.load(folder).join();
        assertThat(model.facts().contextLength()).isEqualTo(17);
        assertThat(model.dimensions()).isEqualTo(10);
        int[] ids = {2, 9, 30, 3};
        float[] found =
                engine.embed(model, List.of(ids), Share.of("a")).result().join().get(0);
        double[] first = new ReferenceEncoder(
                        TinyEncoder.weights(TinyEncoder.POSITIONS),
                        TinyEncoder.HIDDEN,
                        TinyEncoder.HEADS,
                        TinyEncoder.LAYERS)
                .bert(ids)[0];
        double[] expected = dense.values("linear.bias");
        for (int r = 0; r < 10; r++) {
            for (int c = 0; c < TinyEncoder.HIDDEN; c++) {
                expected[r] += dense.values("linear.weight")[r * TinyEncoder.HIDDEN + c] * first[c];
            }
            expected[r] = Math.tanh(expected[r]);
        }
        assertSame(found, expected);
    }

    @Test
    void aModuleNobodyKnowsIsRefusedByName() {
        TinyEncoder.write(folder);
        TinyEncoder.text(folder.resolve("modules.json"), "[" + TinyEncoder.module("1_X", "CNN") + "]");
        assertThatThrownBy(() -> engine.load(folder).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("modules.json[0]")
                .hasMessageContaining("CNN");
        TinyEncoder.text(folder.resolve("modules.json"), "[" + TinyEncoder.module("../up", "Dense") + "]");
        assertThatThrownBy(() -> engine.load(folder).get()).hasMessageContaining("../up");
    }

    @Test
    void aDecoderLoadedForItGivesTheStateOfTheLastToken() {
        EngineModel model = engine.load(STARTER, ModelPurpose.EMBED).join();
        int[] text = new SplittableRandom(3).ints(700, 0, 500).toArray();
        List<float[]> both = engine.embed(model, List.of(text, new int[] {text[0], text[1]}), Share.of("a"))
                .result()
                .join();
        assertThat(Vectors.length(both.get(0))).isCloseTo(1, within(1e-5));
        assertThat(Vectors.similarity(both.get(0), both.get(1))).isLessThan(0.9999);
        // 700 tokens are read in pieces, 300 of them at once: the end of a text changes nothing before it.
        int[] begun = java.util.Arrays.copyOf(text, 300);
        float[] alone = engine.embed(model, List.of(begun), Share.of("a"))
                .result()
                .join()
                .get(0);
        float[] beside = engine.embed(model, List.of(new int[] {5}, begun), Share.of("a"))
                .result()
                .join()
                .get(1);
        assertThat(Vectors.similarity(alone, beside)).isCloseTo(1, within(1e-6));
    }

    @Test
    void aRunIsCancelledAndAModelThatGoesEndsIt() {
        TinyEncoder.write(folder);
        EngineModel model = engine.load(folder).join();
        List<int[]> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(new SplittableRandom(i).ints(40, 0, 60).toArray());
        }
        EmbeddingRun run = engine.embed(model, many, Share.of("a"));
        run.cancel();
        assertThatThrownBy(() -> run.result().join()).isInstanceOf(CancellationException.class);
        EmbeddingRun other = engine.embed(model, many, Share.of("a"));
        engine.unload(model).join();
        assertThat(other.result()).isCompletedExceptionally();
    }

    @Test
    void theJobOfOneKeyDoesNotHoldUpAnotherKeyOfItsUser() {
        TinyEncoder.write(folder);
        EngineModel model = engine.load(folder).join();
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            texts.add(new SplittableRandom(i).ints(40, 0, 60).toArray());
        }
        List<EmbeddingRun> nightly = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nightly.add(engine.embed(model, texts, new Share("ada", "nightly")));
        }
        CompletableFuture<Long> before = engine.embed(model, texts, new Share("ada", "laptop"))
                .result()
                .thenApply(made ->
                        nightly.stream().filter(run -> run.result().isDone()).count());
        // In the order they came it would have been the last of all.
        assertThat(before.join()).isLessThan(10);
        assertThat(nightly).allSatisfy(run -> assertThat(run.result().join()).hasSize(200));
    }

    @Test
    void answersGoOnBesideManyTexts() {
        TinyEncoder.write(folder);
        EngineModel encoder = engine.load(folder).join();
        EngineModel starter = engine.load(STARTER).join();
        List<int[]> many = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            many.add(new SplittableRandom(i).ints(40, 0, 60).toArray());
        }
        CompletableFuture<Boolean> embeddedFirst = new CompletableFuture<>();
        EmbeddingRun run = engine.embed(encoder, many, Share.of("a"));
        engine.generate(
                starter,
                new GenerationRequest(new int[] {1, 2, 3}, 20, Set.of(), SamplingOptions.GREEDY, "b"),
                new GenerationListener() {
                    @Override
                    public void token(int id) {}

                    @Override
                    public void finished(GenerationEnd end) {
                        embeddedFirst.complete(run.result().isDone());
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        embeddedFirst.completeExceptionally(cause);
                    }
                });
        assertThat(embeddedFirst.join()).isFalse();
        assertThat(run.result().join()).hasSize(4000);
    }
}
