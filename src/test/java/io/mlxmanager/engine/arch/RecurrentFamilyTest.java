package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Families whose layers do not all keep positions, against a plain computation in double precision. */
@ExtendWith(NativeLibrary.class)
class RecurrentFamilyTest {

    private static final int PROMPT = 24;
    private static final int KEY_HEADS = 2;
    private static final int VALUE_HEADS = 4;
    private static final int KEY_DIM = 12;
    private static final int VALUE_DIM = 10;
    private static final int KERNEL = 4;
    private static final int EXPERTS = 8;
    private static final String DELTA_SIZES = "'linear_num_key_heads':2,'linear_num_value_heads':4,"
            + "'linear_key_head_dim':12,'linear_value_head_dim':10,'linear_conv_kernel_dim':4";

    private static final String EXPERT_SIZES = "'num_experts':8,'num_experts_per_tok':3,'moe_intermediate_size':32,"
            + "'shared_expert_intermediate_size':24,'mlp_only_layers':[1],"
            + "'quantization':{'group_size':32,'bits':4},";

    @TempDir
    Path folder;

    @BeforeEach
    void exact() {
        MlxRuntime.exact(true);
    }

    @AfterEach
    void fast() {
        MlxRuntime.exact(false);
    }

    /** @param names of tensors in the files, where they differ from a llama's */
    record RecurrentCase(FamilyCase family, UnaryOperator<String> names) {

        @Override
        public String toString() {
            return family.name();
        }
    }

    static Stream<RecurrentCase> families() {
        ReferenceRope quarter = ReferenceRope.plain(HEAD_DIM / 4, 100_000, false);
        Consumer<ReferenceDecoder> qwen = FamilyCase.turning(quarter).andThen(decoder -> {
            decoder.normEachHead = true;
            decoder.gatedAttention = true;
        });
        return Stream.of(
                new RecurrentCase(
                        new FamilyCase(
                                "qwen3_5_text",
                                "'model_type':'qwen3_5_text'," + DELTA_SIZES,
                                RecurrentFamilyTest::apart,
                                qwen.andThen(decoder -> decoder.recurrent = delta(decoder, false))),
                        name -> "language_model." + name),
                new RecurrentCase(
                        new FamilyCase(
                                "qwen3_next, with experts",
                                "'model_type':'qwen3_next','norm_topk_prob':true,'rope_theta':100000.0,"
                                        + EXPERT_SIZES
                                        + DELTA_SIZES,
                                fixture -> {
                                    interleaved(fixture);
                                    experts(fixture);
                                },
                                qwen.andThen(decoder -> {
                                    decoder.recurrent = delta(decoder, true);
                                    decoder.experts = new ReferenceExperts(decoder.weights, EXPERTS, 3);
                                    decoder.experts.normed = true;
                                })),
                        UnaryOperator.identity()),
                new RecurrentCase(
                        new FamilyCase(
                                "qwen3_5_moe_text, with experts",
                                "'model_type':'qwen3_5_moe_text'," + EXPERT_SIZES + DELTA_SIZES,
                                fixture -> {
                                    apart(fixture);
                                    experts(fixture);
                                },
                                qwen.andThen(decoder -> {
                                    decoder.recurrent = delta(decoder, false);
                                    decoder.experts = new ReferenceExperts(decoder.weights, EXPERTS, 3);
                                    decoder.experts.normed = true;
                                })),
                        UnaryOperator.identity()),
                new RecurrentCase(
                        new FamilyCase(
                                "lfm2",
                                "'model_type':'lfm2','norm_eps':1e-6,'conv_L_cache':3,'conv_bias':true,"
                                        + "'block_ff_dim':96,'block_auto_adjust_ff_dim':false,"
                                        + "'layer_types':['conv','conv','full_attention','conv']",
                                RecurrentFamilyTest::convolutions,
                                FamilyCase.turning(ReferenceRope.plain(HEAD_DIM, 1_000_000, false))
                                        .andThen(decoder -> {
                                            decoder.normEachHead = true;
                                            decoder.recurrent = new ReferenceRecurrent(decoder.weights);
                                        })),
                        RecurrentFamilyTest::lfm));
    }

    private static ReferenceRecurrent delta(ReferenceDecoder decoder, boolean interleaved) {
        ReferenceRecurrent delta = new ReferenceRecurrent(decoder.weights);
        delta.keyHeads = KEY_HEADS;
        delta.valueHeads = VALUE_HEADS;
        delta.keyDim = KEY_DIM;
        delta.valueDim = VALUE_DIM;
        delta.kernel = KERNEL;
        delta.interleaved = interleaved;
        return delta;
    }

    private static int mixed() {
        return 2 * KEY_HEADS * KEY_DIM + VALUE_HEADS * VALUE_DIM;
    }

    private static void common(Fixture fixture, int layer) {
        if (layer % 4 == 3) {
            fixture.tensor(attention(layer, "q_proj.weight"), 0, 0.15, 2 * HEADS * HEAD_DIM, HIDDEN);
            fixture.tensor(attention(layer, "q_norm.weight"), 1, 0.2, HEAD_DIM);
            fixture.tensor(attention(layer, "k_norm.weight"), 1, 0.2, HEAD_DIM);
            return;
        }
        String path = "model.layers." + layer + ".linear_attn.";
        fixture.tensor(path + "conv1d.weight", 0, 0.4, mixed(), KERNEL, 1)
                .tensor(path + "dt_bias", 0.5, 0.5, VALUE_HEADS)
                .tensor(path + "A_log", 0, 0.5, VALUE_HEADS)
                .tensor(path + "norm.weight", 1, 0.2, VALUE_DIM)
                .tensor(path + "out_proj.weight", 0, 0.15, HIDDEN, VALUE_HEADS * VALUE_DIM);
    }

    private static String attention(int layer, String name) {
        return "model.layers." + layer + ".self_attn." + name;
    }

    private static void apart(Fixture fixture) {
        head(fixture);
        for (int i = 0; i < LAYERS; i++) {
            common(fixture, i);
            if (i % 4 != 3) {
                String path = "model.layers." + i + ".linear_attn.in_proj_";
                fixture.tensor(path + "qkv.weight", 0, 0.15, mixed(), HIDDEN)
                        .tensor(path + "z.weight", 0, 0.15, VALUE_HEADS * VALUE_DIM, HIDDEN)
                        .tensor(path + "b.weight", 0, 0.15, VALUE_HEADS, HIDDEN)
                        .tensor(path + "a.weight", 0, 0.15, VALUE_HEADS, HIDDEN);
            }
        }
    }

    private static void interleaved(Fixture fixture) {
        head(fixture);
        for (int i = 0; i < LAYERS; i++) {
            common(fixture, i);
            if (i % 4 != 3) {
                String path = "model.layers." + i + ".linear_attn.in_proj_";
                fixture.tensor(path + "qkvz.weight", 0, 0.15, mixed() + VALUE_HEADS * VALUE_DIM, HIDDEN)
                        .tensor(path + "ba.weight", 0, 0.15, 2 * VALUE_HEADS, HIDDEN);
            }
        }
    }

    private static void experts(Fixture fixture) {
        for (int i = 0; i < LAYERS; i++) {
            if (i != 1) {
                String path = "model.layers." + i + ".mlp.";
                fixture.tensor(path + "gate.weight", 0, 0.3, EXPERTS, HIDDEN)
                        .packed(path + "switch_mlp.gate_proj", 0.15, EXPERTS, 32, HIDDEN)
                        .packed(path + "switch_mlp.up_proj", 0.15, EXPERTS, 32, HIDDEN)
                        .packed(path + "switch_mlp.down_proj", 0.15, EXPERTS, HIDDEN, 32)
                        .tensor(path + "shared_expert.gate_proj.weight", 0, 0.15, 24, HIDDEN)
                        .tensor(path + "shared_expert.up_proj.weight", 0, 0.15, 24, HIDDEN)
                        .tensor(path + "shared_expert.down_proj.weight", 0, 0.15, HIDDEN, 24)
                        .tensor(path + "shared_expert_gate.weight", 0, 0.15, 1, HIDDEN);
            }
        }
    }

    private static void head(Fixture fixture) {
        fixture.tensor("lm_head.weight", 0, 0.15, VOCABULARY, HIDDEN);
    }

    private static void convolutions(Fixture fixture) {
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".conv.";
            if (i == 2) {
                fixture.tensor(attention(i, "q_norm.weight"), 1, 0.2, HEAD_DIM);
                fixture.tensor(attention(i, "k_norm.weight"), 1, 0.2, HEAD_DIM);
            } else {
                fixture.tensor(path + "conv.weight", 0, 0.4, HIDDEN, 3, 1)
                        .tensor(path + "conv.bias", 0, 0.2, HIDDEN)
                        .tensor(path + "in_proj.weight", 0, 0.15, 3 * HIDDEN, HIDDEN)
                        .tensor(path + "in_proj.bias", 0, 0.2, 3 * HIDDEN)
                        .tensor(path + "out_proj.weight", 0, 0.15, HIDDEN, HIDDEN)
                        .tensor(path + "out_proj.bias", 0, 0.2, HIDDEN);
            }
        }
    }

    private static String lfm(String name) {
        return name.replace("self_attn.o_proj", "self_attn.out_proj")
                .replace("q_norm", "q_layernorm")
                .replace("k_norm", "k_layernorm")
                .replace("mlp.gate_proj", "feed_forward.w1")
                .replace("mlp.up_proj", "feed_forward.w3")
                .replace("mlp.down_proj", "feed_forward.w2")
                .replace("post_attention_layernorm", "ffn_norm")
                .replace("input_layernorm", "operator_norm")
                .replace("model.norm.", "model.embedding_norm.");
    }

    private LanguageModel load(RecurrentCase known, Fixture fixture) {
        JsonObject config = known.family.config();
        fixture.renamed(known.names).write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        return Architecture.load(folder, file, new ComputeTypes(Dtype.F32, Dtype.F32), percent -> {});
    }

    private static int[] ids(int length) {
        return new SplittableRandom(3).ints(length, 0, VOCABULARY).toArray();
    }

    private static MlxArray row(MlxArray x, int row) {
        return Ops.slice(x, new int[] {row, 0, 0}, new int[] {row + 1, 1, VOCABULARY});
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsAreThoseOfThePlainComputation(RecurrentCase known, TestReporter reporter) {
        Fixture fixture = known.family.fixture();
        int[] ids = ids(PROMPT + 8);
        double[][] expected = known.family.decoder(fixture).logits(ids);
        try (LanguageModel model = load(known, fixture);
                ModelCache cache = model.newCache();
                ModelCache pieces = model.newCache();
                MlxScope scope = MlxScope.open()) {
            double apart =
                    Logits.assertClose(model.forward(Arrays.copyOf(ids, PROMPT), cache, Positions.ALL), expected, 0);
            for (int t = PROMPT; t < ids.length; t++) {
                MlxArray next = model.forward(new int[] {ids[t]}, cache, Positions.LAST);
                apart = Math.max(apart, Logits.assertClose(next, expected, t));
            }
            reporter.publishEntry(known.family.name(), String.format(Locale.ROOT, "at most %.1e apart", apart));
            // In pieces, one of them shorter than what a convolution looks at, one a layer at a time, then beside
            // another sequence.
            model.forward(Arrays.copyOf(ids, 2), pieces, Positions.LAST);
            Logits.assertClose(Logits.layerByLayer(model, Arrays.copyOfRange(ids, 2, 11), pieces), expected, 2);
            cache.trim(0);
            model.forward(Arrays.copyOf(ids, 4), cache, Positions.LAST);
            MlxArray both = model.step(new int[] {ids[4], ids[11]}, List.of(cache, pieces));
            Logits.assertClose(row(both, 0), expected, 4);
            Logits.assertClose(row(both, 1), expected, 11);
            Logits.assertClose(model.forward(Arrays.copyOfRange(ids, 5, 20), cache, Positions.ALL), expected, 5);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void aSequenceGoesOnBehindAStateThatWasKeptAndNowhereElse(RecurrentCase known) {
        Fixture fixture = known.family.fixture();
        int block = KvStore.blockPositions();
        int[] ids = ids(block + 12);
        double[][] expected = known.family.decoder(fixture).logits(ids);
        try (LanguageModel model = load(known, fixture);
                ModelCache cache = model.newCache();
                ModelCache next = model.newCache();
                MlxScope scope = MlxScope.open()) {
            assertThat(cache.divisible()).isFalse();
            model.forward(Arrays.copyOf(ids, block), cache, Positions.LAST);
            try (ModelCache kept = cache.share(0, block)) {
                // What the first one reads afterwards is none of the second one's business.
                model.forward(new int[] {1, 2, 3}, cache, Positions.LAST);
                assertThat(kept.complete()).isTrue();
                next.adopt(kept);
                assertThat(next.bytes()).isPositive();
            }
            Logits.assertClose(
                    model.forward(Arrays.copyOfRange(ids, block, ids.length), next, Positions.ALL), expected, block);
            try (ModelCache part = cache.share(0, block);
                    ModelCache other = model.newCache()) {
                assertThat(part.complete()).isFalse();
                other.adopt(part);
                assertThatThrownBy(() -> model.forward(new int[] {1}, other, Positions.LAST))
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> cache.trim(block)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void whatIsMissingIsNamed(RecurrentCase known) {
        String missing = known.family.name().equals("lfm2")
                ? "model.layers.1.conv.conv.weight"
                : "model.layers.1.linear_attn.dt_bias";
        Fixture broken = known.family.fixture().without(missing);
        assertThatThrownBy(() -> load(known, broken))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(missing)
                .hasMessageContaining("layer 1");
    }
}
