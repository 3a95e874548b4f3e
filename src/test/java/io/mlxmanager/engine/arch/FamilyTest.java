package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against a plain computation in double precision, on small random models. */
@ExtendWith(NativeLibrary.class)
class FamilyTest {

    private static final int HIDDEN = 64;
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int HEAD_DIM = 16;
    private static final int FEED_FORWARD = 96;
    private static final int VOCABULARY = 128;
    private static final int LAYERS = 4;
    private static final int PROMPT = 24;
    private static final int DECODED = 8;
    private static final double TOLERANCE = 1e-3;

    @TempDir
    Path folder;

    /**
     * A family's case.
     *
     * @param fields of config.json beside the sizes
     * @param tensors which a llama does not have
     * @param reference what it does differently
     */
    private record Family(String name, String fields, Consumer<Fixture> tensors, Consumer<ReferenceDecoder> reference) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Consumer<Fixture> NOTHING_MORE = fixture -> {};

    private static Consumer<Fixture> inEveryLayer(String name, double centre, int... shape) {
        return fixture -> {
            for (int i = 0; i < LAYERS; i++) {
                fixture.tensor("model.layers." + i + "." + name, centre, 0.2, shape);
            }
        };
    }

    private static Consumer<Fixture> queryBiases() {
        return inEveryLayer("self_attn.q_proj.bias", 0, HEADS * HEAD_DIM)
                .andThen(inEveryLayer("self_attn.k_proj.bias", 0, KV_HEADS * HEAD_DIM))
                .andThen(inEveryLayer("self_attn.v_proj.bias", 0, KV_HEADS * HEAD_DIM));
    }

    private static Consumer<Fixture> headNorms(double centre) {
        return inEveryLayer("self_attn.q_norm.weight", centre, HEAD_DIM)
                .andThen(inEveryLayer("self_attn.k_norm.weight", centre, HEAD_DIM));
    }

    private static Consumer<ReferenceDecoder> turning(ReferenceRope rope) {
        return reference -> reference.rope = layer -> rope;
    }

    private static String numbers(int count, double first, double step) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Double.toString(first + i * step));
        }
        return all.toString();
    }

    static Stream<Family> families() {
        ReferenceRope plain = ReferenceRope.plain(HEAD_DIM, 10_000, false);
        ReferenceRope long6 = ReferenceRope.plain(HEAD_DIM, 1_000_000, false);
        double[] factors = new double[HEAD_DIM / 4];
        Arrays.setAll(factors, i -> 1.0 + i * 0.5);
        return Stream.of(
                new Family("llama", "'model_type':'llama'", NOTHING_MORE, turning(plain)),
                new Family(
                        "llama, biases and llama3 positions",
                        "'model_type':'llama','attention_bias':true,'mlp_bias':true,'rope_theta':500000.0,"
                                + "'rope_scaling':{'rope_type':'llama3','factor':8.0,'low_freq_factor':1.0,"
                                + "'high_freq_factor':4.0,'original_max_position_embeddings':64}",
                        queryBiases()
                                .andThen(inEveryLayer("self_attn.o_proj.bias", 0, HIDDEN))
                                .andThen(inEveryLayer("mlp.gate_proj.bias", 0, FEED_FORWARD))
                                .andThen(inEveryLayer("mlp.up_proj.bias", 0, FEED_FORWARD))
                                .andThen(inEveryLayer("mlp.down_proj.bias", 0, HIDDEN)),
                        turning(ReferenceRope.llama3(HEAD_DIM, 500_000, 8, 1, 4, 64))),
                new Family(
                        "mistral, windows in some layers",
                        "'model_type':'mistral','sliding_window':5,'layer_types':['full_attention',"
                                + "'sliding_attention','sliding_attention','full_attention']",
                        NOTHING_MORE,
                        turning(plain)
                                .andThen(reference ->
                                        reference.window = layer -> layer == 1 || layer == 2 ? 5 : Integer.MAX_VALUE)),
                new Family(
                        "llama, linear positions",
                        "'model_type':'llama','rope_scaling':{'type':'linear','factor':4.0}",
                        NOTHING_MORE,
                        turning(ReferenceRope.linear(HEAD_DIM, 10_000, 4))),
                new Family(
                        "llama, yarn positions",
                        "'model_type':'llama','rope_parameters':{'rope_type':'yarn','rope_theta':10000.0,"
                                + "'factor':4.0,'original_max_position_embeddings':256}",
                        NOTHING_MORE,
                        turning(ReferenceRope.yarn(HEAD_DIM, 10_000, 4, 256))),
                new Family("qwen2", "'model_type':'qwen2'", queryBiases(), turning(long6)),
                new Family(
                        "qwen3",
                        "'model_type':'qwen3','tie_word_embeddings':true",
                        headNorms(1),
                        turning(long6).andThen(reference -> reference.normEachHead = true)),
                new Family(
                        "qwen3_moe",
                        "'model_type':'qwen3_moe','tie_word_embeddings':true,'num_experts':8,'num_experts_per_tok':3,"
                                + "'moe_intermediate_size':32,'norm_topk_prob':true,'mlp_only_layers':[1],"
                                + "'quantization':{'group_size':32,'bits':4}",
                        headNorms(1).andThen(FamilyTest::experts),
                        turning(long6).andThen(reference -> {
                            reference.normEachHead = true;
                            reference.experts = 8;
                            reference.chosenExperts = 3;
                        })),
                new Family(
                        "gemma",
                        "'model_type':'gemma'",
                        NOTHING_MORE,
                        turning(plain).andThen(FamilyTest::gemma)),
                new Family(
                        "gemma3_text",
                        "'model_type':'gemma3_text','sliding_window':6,'sliding_window_pattern':2,"
                                + "'query_pre_attn_scalar':20,'rope_scaling':{'rope_type':'linear','factor':8.0}",
                        headNorms(0)
                                .andThen(inEveryLayer("pre_feedforward_layernorm.weight", 0, HIDDEN))
                                .andThen(inEveryLayer("post_feedforward_layernorm.weight", 0, HIDDEN)),
                        reference -> {
                            gemma(reference);
                            reference.normEachHead = true;
                            reference.scoreScale = 1 / Math.sqrt(20);
                            reference.window = layer -> layer % 2 == 0 ? 6 : Integer.MAX_VALUE;
                            ReferenceRope global = ReferenceRope.linear(HEAD_DIM, 1_000_000, 8);
                            reference.rope = layer -> layer % 2 == 0 ? plain : global;
                            reference.norms = new String[] {
                                "input_layernorm",
                                "post_attention_layernorm",
                                "pre_feedforward_layernorm",
                                "post_feedforward_layernorm"
                            };
                        }),
                new Family(
                        "phi3, long positions in a part of each head",
                        "'model_type':'phi3','tie_word_embeddings':true,'partial_rotary_factor':0.5,"
                                + "'max_position_embeddings':2048,'original_max_position_embeddings':256,"
                                + "'rope_scaling':{'type':'longrope','long_factor':" + numbers(HEAD_DIM / 4, 1, 0.5)
                                + ",'short_factor':" + numbers(HEAD_DIM / 4, 1, 0) + "}",
                        NOTHING_MORE,
                        turning(ReferenceRope.longrope(HEAD_DIM / 2, 10_000, factors, 2048, 256))),
                new Family(
                        "glm4",
                        "'model_type':'glm4','tie_word_embeddings':true,'attention_bias':true,"
                                + "'partial_rotary_factor':0.5",
                        queryBiases()
                                .andThen(inEveryLayer("post_self_attn_layernorm.weight", 1, HIDDEN))
                                .andThen(inEveryLayer("post_mlp_layernorm.weight", 1, HIDDEN)),
                        turning(ReferenceRope.plain(HEAD_DIM / 2, 10_000, true))
                                .andThen(reference -> reference.norms = new String[] {
                                    "input_layernorm",
                                    "post_self_attn_layernorm",
                                    "post_attention_layernorm",
                                    "post_mlp_layernorm"
                                })),
                new Family(
                        "smollm3",
                        "'model_type':'smollm3','no_rope_layers':[1,1,0,1]",
                        NOTHING_MORE,
                        reference -> reference.rope = layer -> layer == 2 ? null : plain),
                new Family(
                        "granite",
                        "'model_type':'granite','embedding_multiplier':12.0,'attention_multiplier':0.1,"
                                + "'residual_multiplier':0.22,'logits_scaling':8.0",
                        NOTHING_MORE,
                        turning(plain).andThen(reference -> {
                            reference.embeddingScale = 12;
                            reference.scoreScale = 0.1;
                            reference.residualScale = 0.22;
                            reference.logitScale = 1 / 8.0;
                        })),
                new Family(
                        "olmo2",
                        "'model_type':'olmo2','tie_word_embeddings':true",
                        inEveryLayer("self_attn.q_norm.weight", 1, HEADS * HEAD_DIM)
                                .andThen(inEveryLayer("self_attn.k_norm.weight", 1, KV_HEADS * HEAD_DIM))
                                .andThen(inEveryLayer("post_feedforward_layernorm.weight", 1, HIDDEN)),
                        turning(plain).andThen(reference -> {
                            reference.normAllHeads = true;
                            reference.norms =
                                    new String[] {null, "post_attention_layernorm", null, "post_feedforward_layernorm"};
                        })),
                new Family(
                        "cohere2",
                        "'model_type':'cohere2','sliding_window':7,'sliding_window_pattern':4,'logit_scale':0.25",
                        NOTHING_MORE,
                        reference -> {
                            ReferenceRope rope = ReferenceRope.plain(HEAD_DIM, 50_000, true);
                            reference.rope = layer -> layer == 3 ? null : rope;
                            reference.window = layer -> layer == 3 ? Integer.MAX_VALUE : 7;
                            reference.layerNorm = true;
                            reference.parallel = true;
                            reference.eps = 1e-5;
                            reference.logitScale = 0.25;
                            reference.norms = new String[] {"input_layernorm", null, null, null};
                        }));
    }

    private static void experts(Fixture fixture) {
        for (int i = 0; i < LAYERS; i++) {
            if (i != 1) {
                String path = "model.layers." + i + ".mlp.";
                fixture.tensor(path + "gate.weight", 0, 0.2, 8, HIDDEN);
                fixture.packed(path + "switch_mlp.gate_proj", 0.15, 8, 32, HIDDEN);
                fixture.packed(path + "switch_mlp.up_proj", 0.15, 8, 32, HIDDEN);
                fixture.packed(path + "switch_mlp.down_proj", 0.15, 8, HIDDEN, 32);
            }
        }
    }

    private static void gemma(ReferenceDecoder reference) {
        reference.onePlus = 1;
        reference.gelu = true;
        reference.embeddingScale = 8;
    }

    private static JsonObject config(Family family) {
        String text = "{'hidden_size':" + HIDDEN + ",'num_attention_heads':" + HEADS + ",'num_key_value_heads':"
                + KV_HEADS + ",'head_dim':" + HEAD_DIM + ",'num_hidden_layers':" + LAYERS + ",'intermediate_size':"
                + FEED_FORWARD + ",'vocab_size':" + VOCABULARY + ",'rms_norm_eps':1e-6," + family.fields() + "}";
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    private static Fixture fixture(Family family) {
        boolean onePlus = family.name().startsWith("gemma");
        boolean fusedQueries = family.name().startsWith("phi3");
        boolean fusedGate = fusedQueries || family.name().equals("glm4");
        double centre = onePlus ? 0 : 1;
        Fixture fixture = new Fixture(11).tensor("model.embed_tokens.weight", 0, 0.25, VOCABULARY, HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            fixture.tensor(path + "input_layernorm.weight", centre, 0.2, HIDDEN);
            fixture.tensor(path + "post_attention_layernorm.weight", centre, 0.2, HIDDEN);
            if (fusedQueries) {
                fixture.tensor(path + "self_attn.qkv_proj.weight", 0, 0.15, (HEADS + 2 * KV_HEADS) * HEAD_DIM, HIDDEN);
            } else {
                fixture.tensor(path + "self_attn.q_proj.weight", 0, 0.15, HEADS * HEAD_DIM, HIDDEN);
                fixture.tensor(path + "self_attn.k_proj.weight", 0, 0.15, KV_HEADS * HEAD_DIM, HIDDEN);
                fixture.tensor(path + "self_attn.v_proj.weight", 0, 0.15, KV_HEADS * HEAD_DIM, HIDDEN);
            }
            fixture.tensor(path + "self_attn.o_proj.weight", 0, 0.15, HIDDEN, HEADS * HEAD_DIM);
            if (fusedGate) {
                fixture.tensor(path + "mlp.gate_up_proj.weight", 0, 0.15, 2 * FEED_FORWARD, HIDDEN);
            } else {
                fixture.tensor(path + "mlp.gate_proj.weight", 0, 0.15, FEED_FORWARD, HIDDEN);
                fixture.tensor(path + "mlp.up_proj.weight", 0, 0.15, FEED_FORWARD, HIDDEN);
            }
            fixture.tensor(path + "mlp.down_proj.weight", 0, 0.15, HIDDEN, FEED_FORWARD);
        }
        fixture.tensor("model.norm.weight", centre, 0.2, HIDDEN);
        family.tensors().accept(fixture);
        return fixture;
    }

    private static int[] ids() {
        return new SplittableRandom(3).ints(PROMPT + DECODED, 0, VOCABULARY).toArray();
    }

    private LanguageModel load(Family family, Fixture fixture) {
        JsonObject config = config(family);
        fixture.write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        return Architecture.load(folder, file, new ComputeTypes(Dtype.F32, Dtype.F32), percent -> {});
    }

    private static void assertClose(MlxArray logits, double[][] expected, int from) {
        float[] found = logits.toFloats();
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("position %d, logit %d", from + i / VOCABULARY, i % VOCABULARY)
                    .isCloseTo(expected[from + i / VOCABULARY][i % VOCABULARY], within(TOLERANCE));
        }
    }

    @BeforeEach
    void exact() {
        MlxRuntime.exact(true);
    }

    @AfterEach
    void fast() {
        MlxRuntime.exact(false);
    }

    @ParameterizedTest
    @MethodSource("families")
    void logitsAreThoseOfThePlainComputation(Family family) {
        Fixture fixture = fixture(family);
        ReferenceDecoder reference =
                new ReferenceDecoder(fixture, HIDDEN, HEADS, KV_HEADS, HEAD_DIM, VOCABULARY, LAYERS);
        family.reference().accept(reference);
        int[] ids = ids();
        double[][] expected = reference.logits(ids);
        try (LanguageModel model = load(family, fixture);
                ModelCache cache = model.newCache();
                ModelCache pieces = model.newCache();
                ModelCache beside = model.newCache();
                MlxScope scope = MlxScope.open()) {
            assertClose(model.forward(Arrays.copyOf(ids, PROMPT), cache, Positions.ALL), expected, 0);
            for (int t = PROMPT; t < ids.length; t++) {
                assertClose(model.forward(new int[] {ids[t]}, cache, Positions.LAST), expected, t);
            }
            // In pieces of different sizes.
            assertClose(model.forward(Arrays.copyOf(ids, 9), pieces, Positions.LAST), expected, 8);
            assertClose(model.forward(Arrays.copyOfRange(ids, 9, PROMPT), pieces, Positions.ALL), expected, 9);
            // Some positions forgotten and read again, one of them together with another sequence.
            cache.trim(PROMPT - 6);
            model.forward(Arrays.copyOf(ids, 4), beside, Positions.LAST);
            MlxArray both = model.step(new int[] {ids[4], ids[PROMPT - 6]}, List.of(beside, cache));
            assertThat(both.shape()).containsExactly(2, 1, VOCABULARY);
            assertClose(row(both, 0), expected, 4);
            assertClose(row(both, 1), expected, PROMPT - 6);
            assertClose(
                    model.forward(Arrays.copyOfRange(ids, PROMPT - 5, ids.length), cache, Positions.ALL),
                    expected,
                    PROMPT - 5);
        }
    }

    private static MlxArray row(MlxArray x, int row) {
        return io.mlxmanager.mlx.Ops.slice(x, new int[] {row, 0, 0}, new int[] {row + 1, 1, VOCABULARY});
    }

    @Test
    void anUnknownFamilyIsRefusedByName() {
        JsonFile config = new JsonFile(
                "config.json",
                Json.createObjectBuilder().add("model_type", "mamba").build());
        assertThatThrownBy(() -> Architecture.of(config))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("mamba")
                .hasMessageContaining("llama");
    }

    @ParameterizedTest
    @MethodSource("families")
    void aMissingTensorIsNamed(Family family) {
        Fixture complete = fixture(family);
        String missing = "model.layers.3.self_attn.o_proj.weight";
        Fixture broken = complete.without(missing);
        assertThatThrownBy(() -> load(family, broken))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(missing);
    }
}
