package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.FEED_FORWARD;
import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.KV_HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;

import java.util.stream.Stream;

/** Gemma 4: as a small model, and as a large one. */
final class Gemma4Families {

    static final int CHOSEN = 2;

    private static final int EXPERTS = 6;
    private static final int EXPERT_HIDDEN = 32;
    private static final int GLOBAL_DIM = 32;
    private static final int INPUTS = 8;

    private Gemma4Families() {}

    static Stream<FamilyCase> all() {
        String both = "'model_type':'gemma4_text','global_head_dim':32,'sliding_window':5,"
                + "'layer_types':['sliding_attention','full_attention','sliding_attention','full_attention'],";
        return Stream.of(
                new FamilyCase(
                        "gemma4_text, tokens in every layer, shared keys",
                        both + "'hidden_size_per_layer_input':8,'num_kv_shared_layers':2",
                        Gemma4Families::small,
                        reference -> {
                            reference.gelu = true;
                            reference.whole = new ReferenceGemma4(reference, 5, GLOBAL_DIM, KV_HEADS, 2)::logits;
                        }),
                new FamilyCase(
                        "gemma4_text, experts, keys as values",
                        both + "'hidden_size_per_layer_input':0,'num_kv_shared_layers':0,'attention_k_eq_v':true,"
                                + "'num_global_key_value_heads':1,'enable_moe_block':true,'num_experts':6,"
                                + "'top_k_experts':2,'moe_intermediate_size':32,"
                                + "'quantization':{'group_size':32,'bits':4}",
                        Gemma4Families::large,
                        reference -> {
                            reference.gelu = true;
                            reference.whole = new ReferenceGemma4(reference, 5, GLOBAL_DIM, 1, 0)::logits;
                        }));
    }

    private static void common(Fixture fixture, int globalKvHeads) {
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            int dim = i % 2 == 1 ? GLOBAL_DIM : HEAD_DIM;
            int keys = (i % 2 == 1 ? globalKvHeads : KV_HEADS) * dim;
            fixture.tensor(path + "pre_feedforward_layernorm.weight", 1, 0.2, HIDDEN);
            fixture.tensor(path + "post_feedforward_layernorm.weight", 1, 0.2, HIDDEN);
            fixture.tensor(path + "layer_scalar", 0.8, 0.1, 1);
            fixture.tensor(path + "self_attn.q_proj.weight", 0, 0.15, HEADS * dim, HIDDEN);
            fixture.tensor(path + "self_attn.k_proj.weight", 0, 0.15, keys, HIDDEN);
            fixture.tensor(path + "self_attn.v_proj.weight", 0, 0.15, keys, HIDDEN);
            fixture.tensor(path + "self_attn.o_proj.weight", 0, 0.15, HIDDEN, HEADS * dim);
            fixture.tensor(path + "self_attn.q_norm.weight", 0.5, 0.1, dim);
            fixture.tensor(path + "self_attn.k_norm.weight", 0.5, 0.1, dim);
        }
    }

    private static void small(Fixture fixture) {
        common(fixture, KV_HEADS);
        int width = LAYERS * INPUTS;
        fixture.tensor("model.embed_tokens_per_layer.weight", 0, 0.3, VOCABULARY, width);
        fixture.tensor("model.per_layer_model_projection.weight", 0, 0.2, width, HIDDEN);
        fixture.tensor("model.per_layer_projection_norm.weight", 1, 0.2, INPUTS);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            fixture.tensor(path + "per_layer_input_gate.weight", 0, 0.2, INPUTS, HIDDEN);
            fixture.tensor(path + "per_layer_projection.weight", 0, 0.2, HIDDEN, INPUTS);
            fixture.tensor(path + "post_per_layer_input_norm.weight", 1, 0.2, HIDDEN);
            if (i >= 2) {
                // Twice as wide where keys are shared, and no keys.
                fixture.tensor(path + "mlp.gate_proj.weight", 0, 0.15, 2 * FEED_FORWARD, HIDDEN);
                fixture.tensor(path + "mlp.up_proj.weight", 0, 0.15, 2 * FEED_FORWARD, HIDDEN);
                fixture.tensor(path + "mlp.down_proj.weight", 0, 0.15, HIDDEN, 2 * FEED_FORWARD);
                for (String name : new String[] {"k_proj", "v_proj", "k_norm"}) {
                    fixture.remove(path + "self_attn." + name + ".weight");
                }
            }
        }
    }

    private static void large(Fixture fixture) {
        common(fixture, 1);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".";
            for (String name : new String[] {
                "pre_feedforward_layernorm_2", "post_feedforward_layernorm_1", "post_feedforward_layernorm_2"
            }) {
                fixture.tensor(path + name + ".weight", 1, 0.2, HIDDEN);
            }
            fixture.packed(path + "router.proj", 1, EXPERTS, HIDDEN);
            fixture.tensor(path + "router.scale", 6, 0.5, HIDDEN);
            fixture.tensor(path + "router.per_expert_scale", 1, 0.2, EXPERTS);
            fixture.packed(path + "experts.switch_glu.gate_proj", 0.15, EXPERTS, EXPERT_HIDDEN, HIDDEN);
            fixture.packed(path + "experts.switch_glu.up_proj", 0.15, EXPERTS, EXPERT_HIDDEN, HIDDEN);
            fixture.packed(path + "experts.switch_glu.down_proj", 0.15, EXPERTS, HIDDEN, EXPERT_HIDDEN);
            if (i % 2 == 1) {
                fixture.remove(path + "self_attn.v_proj.weight");
            }
        }
    }
}
