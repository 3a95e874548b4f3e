package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.TinyEncoder;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Encoders, and decoders whose states are the answer, against a plain computation in double precision. */
@ExtendWith(NativeLibrary.class)
class EncoderTest {

    private static final int HIDDEN = 64;
    private static final int HEADS = 4;
    private static final int HEAD_DIM = 16;
    private static final int LAYERS = 4;
    private static final int INNER = 96;
    private static final double TOLERANCE = 1e-3;
    private static final ComputeTypes EXACT = new ComputeTypes(Dtype.F32, Dtype.F32);

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

    private static int[] text(int seed, int length, int vocabulary) {
        return new SplittableRandom(seed).ints(length, 0, vocabulary).toArray();
    }

    private static void assertStates(TextEncoder encoder, List<int[]> texts, Function<int[], double[][]> plain) {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElseThrow();
        try (TextEncoder.Reading reading = encoder.read(texts)) {
            while (reading.advance()) {
                assertThat(reading).isNotNull();
            }
            float[] found = reading.states().toFloats();
            for (int i = 0; i < texts.size(); i++) {
                double[][] expected = plain.apply(texts.get(i));
                for (int t = 0; t < expected.length; t++) {
                    for (int j = 0; j < expected[t].length; j++) {
                        assertThat((double) found[(i * longest + t) * expected[t].length + j])
                                .as("text %d, token %d, feature %d", i, t, j)
                                .isCloseTo(expected[t][j], within(TOLERANCE));
                    }
                }
            }
        }
    }

    @Test
    void bertReadsTextsOfDifferentLengthsSideBySide() {
        assertBert("bert", 0);
    }

    @Test
    void robertaCountsPositionsFromBehindThePaddingToken() {
        assertBert("xlm-roberta", 2);
        assertBert("roberta", 2);
    }

    private void assertBert(String family, int firstPosition) {
        Fixture fixture = TinyEncoder.weights(32);
        JsonObject config = TinyEncoder.config(family, 32);
        fixture.write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        EncoderArchitecture architecture = EncoderArchitecture.of(file).orElseThrow();
        assertThat(architecture.inspect(file, 0).contextLength()).isEqualTo(32 - firstPosition);
        ReferenceEncoder reference =
                new ReferenceEncoder(fixture, TinyEncoder.HIDDEN, TinyEncoder.HEADS, TinyEncoder.LAYERS);
        reference.firstPosition = firstPosition;
        try (TextEncoder encoder = TextEncoder.load(folder, file, EXACT, percent -> {})) {
            List<int[]> texts = List.of(text(1, 24, 60), text(2, 7, 60), text(3, 1, 60));
            assertStates(encoder, texts, reference::bert);
            assertStates(encoder, List.of(text(4, 30, 60)), reference::bert);
        }
    }

    @Test
    void modernBertHasWindowsInMostLayers() {
        Fixture fixture = new Fixture(21)
                .tensor("model.embeddings.tok_embeddings.weight", 0, 0.5, 60, HIDDEN)
                .tensor("model.embeddings.norm.weight", 1, 0.2, HIDDEN)
                .tensor("model.final_norm.weight", 1, 0.2, HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            if (i > 0) {
                fixture.tensor(path + "attn_norm.weight", 1, 0.2, HIDDEN);
            }
            fixture.tensor(path + "mlp_norm.weight", 1, 0.2, HIDDEN)
                    .tensor(path + "attn.Wqkv.weight", 0, 0.15, 3 * HIDDEN, HIDDEN)
                    .tensor(path + "attn.Wo.weight", 0, 0.15, HIDDEN, HIDDEN)
                    .tensor(path + "mlp.Wi.weight", 0, 0.15, 2 * INNER, HIDDEN)
                    .tensor(path + "mlp.Wo.weight", 0, 0.15, HIDDEN, INNER);
        }
        JsonObject config = Json.createObjectBuilder()
                .add("model_type", "modernbert")
                .add("hidden_size", HIDDEN)
                .add("num_attention_heads", HEADS)
                .add("num_hidden_layers", LAYERS)
                .add("intermediate_size", INNER)
                .add("vocab_size", 60)
                .add("local_attention", 8)
                .add("global_rope_theta", 160_000.0)
                .add("local_rope_theta", 10_000.0)
                .build();
        fixture.write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        ReferenceEncoder reference = new ReferenceEncoder(fixture, HIDDEN, HEADS, LAYERS);
        try (TextEncoder encoder = TextEncoder.load(folder, file, EXACT, percent -> {})) {
            assertStates(
                    encoder,
                    List.of(text(1, 24, 60), text(2, 9, 60)),
                    ids -> reference.modernBert(ids, 8, 160_000, 10_000));
        }
    }

    /** A decoder without its head; the reference gets one that changes nothing, so that its logits are the states. */
    private Fixture decoder(double centre, List<String> norms) {
        Fixture fixture = new Fixture(31).tensor("model.embed_tokens.weight", 0, 0.5, HIDDEN, HIDDEN);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            for (String norm : norms) {
                fixture.tensor(path + norm + ".weight", centre, 0.2, HIDDEN);
            }
            fixture.tensor(path + "self_attn.q_norm.weight", centre, 0.2, HEAD_DIM)
                    .tensor(path + "self_attn.k_norm.weight", centre, 0.2, HEAD_DIM)
                    .tensor(path + "self_attn.q_proj.weight", 0, 0.15, HEADS * HEAD_DIM, HIDDEN)
                    .tensor(path + "self_attn.k_proj.weight", 0, 0.15, 2 * HEAD_DIM, HIDDEN)
                    .tensor(path + "self_attn.v_proj.weight", 0, 0.15, 2 * HEAD_DIM, HIDDEN)
                    .tensor(path + "self_attn.o_proj.weight", 0, 0.15, HIDDEN, HEADS * HEAD_DIM)
                    .tensor(path + "mlp.gate_proj.weight", 0, 0.15, INNER, HIDDEN)
                    .tensor(path + "mlp.up_proj.weight", 0, 0.15, INNER, HIDDEN)
                    .tensor(path + "mlp.down_proj.weight", 0, 0.15, HIDDEN, INNER);
        }
        return fixture.tensor("model.norm.weight", centre, 0.2, HIDDEN);
    }

    private static JsonObject decoderConfig(String more) {
        String text = "{" + more.replace('\'', '"') + ",\"hidden_size\":64,\"num_attention_heads\":4,"
                + "\"num_key_value_heads\":2,\"head_dim\":16,\"num_hidden_layers\":4,\"intermediate_size\":96,"
                + "\"vocab_size\":64,\"rms_norm_eps\":1e-6}";
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private TextEncoder load(Fixture fixture, JsonObject config) {
        fixture.write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        return TextEncoder.load(folder, file, EXACT, percent -> {});
    }

    private static ReferenceDecoder states(Fixture fixture) {
        ReferenceDecoder reference = new ReferenceDecoder(fixture, HIDDEN, HEADS, 2, HEAD_DIM, HIDDEN, LAYERS);
        reference.states = true;
        reference.normEachHead = true;
        return reference;
    }

    @Test
    void qwen3LooksBackOnly() {
        Fixture fixture = decoder(1, List.of("input_layernorm", "post_attention_layernorm"));
        ReferenceDecoder reference = states(fixture);
        ReferenceRope rope = ReferenceRope.plain(HEAD_DIM, 1_000_000, false);
        reference.rope = layer -> rope;
        try (TextEncoder encoder = load(fixture, decoderConfig("'model_type':'qwen3'"))) {
            assertStates(encoder, List.of(text(1, 24, 64), text(2, 5, 64)), reference::logits);
            assertStates(encoder, List.of(text(3, 600, 64)), reference::logits);
        }
    }

    @Test
    void gemma3LooksBothWaysWhereItSaysSo() {
        Fixture fixture = decoder(
                0,
                List.of(
                        "input_layernorm",
                        "post_attention_layernorm",
                        "pre_feedforward_layernorm",
                        "post_feedforward_layernorm"));
        ReferenceDecoder reference = states(fixture);
        reference.bothWays = true;
        reference.onePlus = 1;
        reference.gelu = true;
        reference.embeddingScale = 8;
        reference.scoreScale = 1 / Math.sqrt(20);
        reference.window = layer -> layer % 2 == 0 ? 6 : Integer.MAX_VALUE;
        ReferenceRope local = ReferenceRope.plain(HEAD_DIM, 10_000, false);
        ReferenceRope global = ReferenceRope.plain(HEAD_DIM, 1_000_000, false);
        reference.rope = layer -> layer % 2 == 0 ? local : global;
        reference.norms = new String[] {
            "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"
        };
        String config = "'model_type':'gemma3_text','use_bidirectional_attention':true,'sliding_window':6,"
                + "'sliding_window_pattern':2,'query_pre_attn_scalar':20";
        try (TextEncoder encoder = load(fixture, decoderConfig(config))) {
            assertStates(encoder, List.of(text(1, 24, 64), text(2, 11, 64)), reference::logits);
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        Fixture broken = TinyEncoder.weights(32).without("encoder.layer.1.output.dense.bias");
        JsonObject config = TinyEncoder.config("bert", 32);
        broken.write(folder, config);
        JsonFile file = new JsonFile("config.json", config);
        assertThatThrownBy(() -> TextEncoder.load(folder, file, EXACT, percent -> {}))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("encoder.layer.1.output.dense.bias");
    }
}
