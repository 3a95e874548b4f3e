package io.mlxmanager.engine.arch;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A family's small random model.
 *
 * @param name for people; what it begins with decides which tensors of a llama are fused
 * @param fields of config.json beside the sizes
 * @param tensors which a llama does not have, or has in other shapes
 * @param reference what it does differently
 */
record FamilyCase(String name, String fields, Consumer<Fixture> tensors, Consumer<ReferenceDecoder> reference) {

    static final int HIDDEN = 64;
    static final int HEADS = 4;
    static final int KV_HEADS = 2;
    static final int HEAD_DIM = 16;
    static final int FEED_FORWARD = 96;
    static final int VOCABULARY = 128;
    static final int LAYERS = 4;

    @Override
    public String toString() {
        return name;
    }

    static final Consumer<Fixture> NOTHING_MORE = fixture -> {};

    static Consumer<Fixture> inEveryLayer(String name, double centre, int... shape) {
        return fixture -> {
            for (int i = 0; i < LAYERS; i++) {
                fixture.tensor("model.layers." + i + "." + name, centre, 0.2, shape);
            }
        };
    }

    static Consumer<Fixture> queryBiases() {
        return inEveryLayer("self_attn.q_proj.bias", 0, HEADS * HEAD_DIM)
                .andThen(inEveryLayer("self_attn.k_proj.bias", 0, KV_HEADS * HEAD_DIM))
                .andThen(inEveryLayer("self_attn.v_proj.bias", 0, KV_HEADS * HEAD_DIM));
    }

    static Consumer<Fixture> headNorms(double centre) {
        return inEveryLayer("self_attn.q_norm.weight", centre, HEAD_DIM)
                .andThen(inEveryLayer("self_attn.k_norm.weight", centre, HEAD_DIM));
    }

    static Consumer<ReferenceDecoder> turning(ReferenceRope rope) {
        return reference -> reference.rope = layer -> rope;
    }

    static String numbers(int count, double first, double step) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Double.toString(first + i * step));
        }
        return all.toString();
    }

    JsonObject config() {
        String text = "{'hidden_size':" + HIDDEN + ",'num_attention_heads':" + HEADS + ",'num_key_value_heads':"
                + KV_HEADS + ",'head_dim':" + HEAD_DIM + ",'num_hidden_layers':" + LAYERS + ",'intermediate_size':"
                + FEED_FORWARD + ",'vocab_size':" + VOCABULARY + ",'rms_norm_eps':1e-6," + fields + "}";
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    Fixture fixture() {
        boolean onePlus = name.startsWith("gemma") && !name.startsWith("gemma4");
        boolean fusedQueries = name.startsWith("phi3");
        boolean fusedGate = fusedQueries || name.equals("glm4");
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
        tensors.accept(fixture);
        return fixture;
    }

    ReferenceDecoder decoder(Fixture fixture) {
        ReferenceDecoder decoder = new ReferenceDecoder(fixture, HIDDEN, HEADS, KV_HEADS, HEAD_DIM, VOCABULARY, LAYERS);
        reference.accept(decoder);
        return decoder;
    }
}
