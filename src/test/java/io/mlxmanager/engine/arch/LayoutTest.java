package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.Quantization;
import io.mlxmanager.testing.ExactProducts;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which files hold a model's weights, through a whole small llama. */
@ExtendWith({NativeLibrary.class, ExactProducts.class})
class LayoutTest {

    private static final int HIDDEN = 128;
    private static final int HEADS = 2;
    private static final int HEAD_DIM = 64;
    private static final int VOCABULARY = 64;
    private static final int LAYERS = 2;
    private static final int[] IDS =
            new SplittableRandom(9).ints(10, 0, VOCABULARY).toArray();

    @TempDir
    Path folder;

    private static Stream<Quantization> packings() {
        List<Quantization> all = new ArrayList<>();
        for (int bits : new int[] {2, 3, 4, 5, 6, 8}) {
            for (int group : new int[] {32, 64, 128}) {
                all.add(Quantization.affine(group, bits));
            }
        }
        all.add(Quantization.of("mxfp4", 32, 4));
        all.add(Quantization.of("mxfp8", 32, 8));
        all.add(Quantization.of("nvfp4", 16, 4));
        return all.stream();
    }

    private static String rule(Quantization packing) {
        return "'group_size':" + packing.groupSize() + ",'bits':" + packing.bits() + ",'mode':'"
                + packing.mode().name().toLowerCase(java.util.Locale.ROOT) + "'";
    }

    private static JsonObject config(String more) {
        String text = "{'model_type':'llama','hidden_size':128,'num_attention_heads':2,'num_key_value_heads':1,"
                + "'num_hidden_layers':2,'intermediate_size':128,'vocab_size':64,'rms_norm_eps':1e-6" + more + "}";
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    /** All matrices packed by the same rule but for those that the deviations name; null there leaves them unpacked. */
    private static Fixture model(Dtype type, boolean untied, Quantization rule, Deviation... deviations) {
        Fixture fixture = new Fixture(4, type);
        matrix(fixture, "model.embed_tokens", rule, deviations, VOCABULARY);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            fixture.tensor(path + "input_layernorm.weight", 1, 0.2, HIDDEN);
            fixture.tensor(path + "post_attention_layernorm.weight", 1, 0.2, HIDDEN);
            for (String name : new String[] {"q_proj", "o_proj"}) {
                matrix(fixture, path + "self_attn." + name, rule, deviations, HIDDEN);
            }
            for (String name : new String[] {"k_proj", "v_proj"}) {
                matrix(fixture, path + "self_attn." + name, rule, deviations, HEAD_DIM);
            }
            for (String name : new String[] {"gate_proj", "up_proj", "down_proj"}) {
                matrix(fixture, path + "mlp." + name, rule, deviations, HIDDEN);
            }
        }
        if (untied) {
            matrix(fixture, "lm_head", rule, deviations, VOCABULARY);
        }
        return fixture.tensor("model.norm.weight", 1, 0.2, HIDDEN);
    }

    private record Deviation(String path, Quantization packing) {}

    private static void matrix(Fixture fixture, String path, Quantization rule, Deviation[] deviations, int rows) {
        Quantization packing = rule;
        for (Deviation deviation : deviations) {
            if (deviation.path.equals(path)) {
                packing = deviation.packing;
            }
        }
        if (packing == null) {
            fixture.tensor(path + ".weight", 0, 0.1, rows, HIDDEN);
        } else {
            fixture.packed(path, packing, 0.1, rows, HIDDEN);
        }
    }

    private void assertLogits(Fixture fixture, JsonObject config, int shards) {
        fixture.write(folder, config, shards);
        ReferenceDecoder reference = new ReferenceDecoder(fixture, HIDDEN, HEADS, 1, HEAD_DIM, VOCABULARY, LAYERS);
        ReferenceRope rope = ReferenceRope.plain(HEAD_DIM, 10_000, false);
        reference.rope = layer -> rope;
        Logits.assertOfPrompt(folder, config, IDS, reference.logits(IDS));
    }

    @ParameterizedTest
    @MethodSource("packings")
    void everyPackingIsRead(Quantization packing) {
        assertLogits(model(Dtype.F32, false, packing), config(",'quantization':{" + rule(packing) + "}"), 1);
    }

    @ParameterizedTest
    @MethodSource("packings")
    void everyPackingIsReadWithHalfPrecisionScales(Quantization packing) {
        assertLogits(model(Dtype.BF16, false, packing), config(",'quantization':{" + rule(packing) + "}"), 1);
    }

    @Test
    void aRuleWithoutAModeIsAffine() {
        assertLogits(
                model(Dtype.F32, false, Quantization.affine(64, 4)),
                config(",'quantization':{'group_size':64,'bits':4}"),
                1);
        assertLogits(
                model(Dtype.F32, false, Quantization.affine(64, 4)),
                config(",'quantization_config':{'group_size':64,'bits':4}"),
                1);
    }

    @Test
    void modulesHaveRulesOfTheirOwn() {
        Fixture fixture = model(
                Dtype.F32,
                true,
                Quantization.affine(64, 4),
                new Deviation("model.embed_tokens", Quantization.affine(32, 8)),
                new Deviation("lm_head", Quantization.affine(64, 6)),
                new Deviation("model.layers.0.mlp.down_proj", Quantization.affine(128, 3)),
                new Deviation("model.layers.1.mlp.gate_proj", Quantization.of("mxfp4", 32, 4)),
                new Deviation("model.layers.1.self_attn.v_proj", null));
        assertLogits(
                fixture,
                config(",'tie_word_embeddings':false,'quantization':{'group_size':64,'bits':4,"
                        + "'model.embed_tokens':{'group_size':32,'bits':8},'lm_head':{'bits':6},"
                        + "'model.layers.0.mlp.down_proj':{'group_size':128,'bits':3},"
                        + "'model.layers.1.mlp.gate_proj':{'group_size':32,'bits':4,'mode':'mxfp4'},"
                        + "'model.layers.1.self_attn.v_proj':false}"),
                1);
    }

    @Test
    void aHeadOfItsOwnIsUsed() {
        assertLogits(model(Dtype.BF16, true, null), config(",'tie_word_embeddings':false"), 1);
    }

    @Test
    void shardsNeedNoIndex() {
        Quantization packing = Quantization.affine(64, 4);
        assertLogits(model(Dtype.BF16, false, packing), config(",'quantization':{" + rule(packing) + "}"), 3);
    }

    @Test
    void aWrongTensorIsNamedWithItsFileAndItsLayer() {
        Fixture fixture = model(Dtype.F32, false, null);
        fixture.tensor("model.layers.1.mlp.up_proj.weight", 0, 1, HIDDEN, HIDDEN / 2);
        fixture.write(folder, config(""), 2);
        assertThatThrownBy(() -> Logits.load(folder, config("")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("of-00002.safetensors")
                .hasMessageContaining("layer 1")
                .hasMessageContaining("model.layers.1.mlp.up_proj.weight")
                .hasMessageContaining("[128, 64]")
                .hasMessageContaining("[128, 128]");
    }

    @Test
    void aMissingTensorIsNamedWithItsLayer() {
        model(Dtype.F32, false, null)
                .without("model.layers.1.mlp.up_proj.weight")
                .write(folder, config(""));
        assertThatThrownBy(() -> Logits.load(folder, config("")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("layer 1")
                .hasMessageContaining("model.layers.1.mlp.up_proj.weight");
    }

    @Test
    void scalesWithoutARuleAreRefused() {
        model(Dtype.F32, false, Quantization.affine(64, 4)).write(folder, config(""));
        assertThatThrownBy(() -> Logits.load(folder, config("")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.embed_tokens");
    }

    @Test
    void anotherPackingThanTheRuleSaysIsRefused() {
        JsonObject config = config(",'quantization':{'group_size':64,'bits':8}");
        model(Dtype.F32, false, Quantization.affine(64, 4)).write(folder, config);
        assertThatThrownBy(() -> Logits.load(folder, config))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.embed_tokens.weight");
    }
}
