package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.KV_HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.headNorms;
import static io.mlxmanager.engine.arch.FamilyCase.inEveryLayer;
import static io.mlxmanager.engine.arch.FamilyCase.queryBiases;
import static io.mlxmanager.engine.arch.FamilyCase.turning;

import io.mlxmanager.mlx.Quantization;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The families with experts, with latent attention, or with both. */
final class ExpertFamilies {

    private static final int EXPERTS = 8;
    private static final int EXPERT_HIDDEN = 32;
    private static final int QUERY_RANK = 48;
    private static final int KEY_RANK = 32;
    private static final int PLAIN = 32;
    private static final int TURNED = 8;
    private static final int VALUE = 24;

    private static final String ROUTED = "'tie_word_embeddings':true,'n_routed_experts':8,'num_experts_per_tok':3,"
            + "'moe_intermediate_size':32,'n_shared_experts':2,'first_k_dense_replace':1,"
            + "'routed_scaling_factor':2.5,'quantization':{'group_size':32,'bits':4}";
    private static final String LATENT =
            "'kv_lora_rank':32,'qk_nope_head_dim':32,'qk_rope_head_dim':8,'v_head_dim':24,'num_key_value_heads':4,";

    private ExpertFamilies() {}

    static Stream<FamilyCase> all() {
        ReferenceRope half = ReferenceRope.plain(HEAD_DIM / 2, 10_000, false);
        ReferenceRope turnedPart = ReferenceRope.plain(TURNED, 10_000, true);
        ReferenceRope stretched = ReferenceRope.yarn(TURNED, 10_000, 4, 256, true, 1);
        double sharper = 0.1 * 0.5 * Math.log(4) + 1;
        return Stream.of(
                new FamilyCase(
                        "glm4_moe",
                        "'model_type':'glm4_moe','use_qk_norm':true,'attention_bias':true,'norm_topk_prob':true,"
                                + "'partial_rotary_factor':0.5,'n_group':1,'topk_group':1," + ROUTED,
                        headNorms(1)
                                .andThen(queryBiases())
                                .andThen(router())
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        turning(half).andThen(reference -> {
                            reference.normEachHead = true;
                            reference.experts = corrected(reference, 1, 1);
                        })),
                new FamilyCase(
                        "glm4_moe, experts one by one and not packed",
                        "'model_type':'glm4_moe','norm_topk_prob':true,'partial_rotary_factor':0.5," + ROUTED,
                        router().andThen(alone("mlp", UnaryOperator.identity(), false))
                                .andThen(shared()),
                        turning(half).andThen(reference -> reference.experts = corrected(reference, 1, 1))),
                new FamilyCase(
                        "glm4_moe, experts one by one and packed",
                        "'model_type':'glm4_moe','norm_topk_prob':true,'partial_rotary_factor':0.5," + ROUTED,
                        router().andThen(alone("mlp", UnaryOperator.identity(), true))
                                .andThen(shared()),
                        turning(half).andThen(reference -> reference.experts = corrected(reference, 1, 1))),
                new FamilyCase(
                        "deepseek_v3",
                        "'model_type':'deepseek_v3','q_lora_rank':48,'n_group':4,'topk_group':2,"
                                + "'topk_method':'noaux_tc','norm_topk_prob':true,"
                                + "'rope_scaling':{'type':'yarn','factor':4.0,'mscale':1.0,'mscale_all_dim':0.5,"
                                + "'original_max_position_embeddings':256}," + LATENT + ROUTED,
                        latent(true)
                                .andThen(inEveryLayer("self_attn.embed_q.weight", 0, HEADS, KEY_RANK, PLAIN))
                                .andThen(inEveryLayer("self_attn.unembed_out.weight", 0, HEADS, VALUE, KEY_RANK))
                                .andThen(router())
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        reference -> {
                            double magnitude = (0.1 * Math.log(4) + 1) / sharper;
                            reference.latent = latent(
                                    sharper * sharper / Math.sqrt(PLAIN + TURNED),
                                    ReferenceRope.yarn(TURNED, 10_000, 4, 256, true, magnitude));
                            reference.experts = corrected(reference, 4, 2);
                        }),
                new FamilyCase(
                        "kimi_k2, packed matrices of keys and values",
                        "'model_type':'kimi_k2','q_lora_rank':48,'n_group':1,'topk_group':1," + LATENT + ROUTED,
                        latent(true)
                                .andThen(packed("self_attn.embed_q", HEADS, KEY_RANK, PLAIN))
                                .andThen(packed("self_attn.unembed_out", HEADS, VALUE, KEY_RANK))
                                .andThen(router())
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        reference -> {
                            reference.latent = latent(1 / Math.sqrt(PLAIN + TURNED), turnedPart);
                            reference.experts = corrected(reference, 1, 1);
                        }),
                new FamilyCase(
                        "glm4_moe_lite, one epsilon for all norms",
                        "'model_type':'glm4_moe_lite','q_lora_rank':48,'rms_norm_eps':0.01," + LATENT + ROUTED,
                        latent(true)
                                .andThen(inEveryLayer("self_attn.embed_q.weight", 0, HEADS, KEY_RANK, PLAIN))
                                .andThen(inEveryLayer("self_attn.unembed_out.weight", 0, HEADS, VALUE, KEY_RANK))
                                .andThen(router())
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        reference -> {
                            reference.eps = 0.01;
                            reference.latent = latent(
                                    1 / Math.sqrt(PLAIN + TURNED), ReferenceRope.plain(TURNED, 1_000_000, true), 0.01);
                            reference.experts = corrected(reference, 1, 1);
                        }),
                new FamilyCase(
                        "deepseek_v2, keys and values in one packed matrix",
                        "'model_type':'deepseek_v2','q_lora_rank':null,'n_group':4,'topk_group':2,"
                                + "'topk_method':'group_limited_greedy','norm_topk_prob':false,"
                                + "'rope_scaling':{'type':'yarn','factor':4.0,'mscale':0.5,'mscale_all_dim':0.5,"
                                + "'original_max_position_embeddings':256}," + LATENT + ROUTED,
                        latent(false)
                                .andThen(packed("self_attn.kv_b_proj", HEADS * (PLAIN + VALUE), KEY_RANK))
                                .andThen(inEveryLayer("mlp.gate.weight", 0, EXPERTS, HIDDEN))
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        reference -> {
                            reference.latent = latent(sharper * sharper / Math.sqrt(PLAIN + TURNED), stretched);
                            reference.experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
                            reference.experts.scale = 2.5;
                            reference.experts.groups = 4;
                            reference.experts.chosenGroups = 2;
                            reference.experts.firstLayer = 1;
                        }),
                new FamilyCase(
                        "deepseek_v2, keys and values in one matrix, no groups",
                        "'model_type':'deepseek_v2','q_lora_rank':null,'topk_method':'greedy'," + LATENT + ROUTED,
                        inEveryLayer("mlp.gate.weight", 0, EXPERTS, HIDDEN)
                                .andThen(latent(false))
                                .andThen(inEveryLayer(
                                        "self_attn.kv_b_proj.weight", 0, HEADS * (PLAIN + VALUE), KEY_RANK))
                                .andThen(stacked("mlp.switch_mlp"))
                                .andThen(shared()),
                        reference -> {
                            reference.latent = latent(1 / Math.sqrt(PLAIN + TURNED), turnedPart);
                            reference.experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
                            reference.experts.scale = 2.5;
                            reference.experts.firstLayer = 1;
                        }),
                new FamilyCase(
                        "dots1",
                        "'model_type':'dots1','norm_topk_prob':true," + ROUTED,
                        headNorms(1)
                                .andThen(router())
                                .andThen(stacked("mlp.experts"))
                                .andThen(shared()),
                        turning(ReferenceRope.plain(HEAD_DIM, 10_000, false)).andThen(reference -> {
                            reference.normEachHead = true;
                            reference.experts = corrected(reference, 1, 1);
                        })),
                new FamilyCase(
                        "olmoe",
                        "'model_type':'olmoe','num_experts':8,'num_experts_per_tok':3,'norm_topk_prob':false,"
                                + "'intermediate_size':32,'quantization':{'group_size':32,'bits':4}",
                        inEveryLayer("self_attn.q_norm.weight", 1, HEADS * HEAD_DIM)
                                .andThen(inEveryLayer("self_attn.k_norm.weight", 1, KV_HEADS * HEAD_DIM))
                                .andThen(inEveryLayer("mlp.gate.weight", 0, EXPERTS, HIDDEN))
                                .andThen(stacked("mlp.switch_mlp")),
                        turning(ReferenceRope.plain(HEAD_DIM, 10_000, false)).andThen(reference -> {
                            reference.normAllHeads = true;
                            reference.experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
                        })),
                new FamilyCase(
                        "mixtral",
                        "'model_type':'mixtral','tie_word_embeddings':true,'num_local_experts':8,"
                                + "'num_experts_per_tok':3,'intermediate_size':32,'quantization':{'group_size':32,'bits':4}",
                        inEveryLayer("block_sparse_moe.gate.weight", 0, EXPERTS, HIDDEN)
                                .andThen(stacked("block_sparse_moe.switch_mlp")),
                        turning(ReferenceRope.plain(HEAD_DIM, 1_000_000, false)).andThen(ExpertFamilies::mixtral)),
                new FamilyCase(
                        "mixtral, experts one by one",
                        "'model_type':'mixtral','tie_word_embeddings':true,'num_local_experts':8,"
                                + "'num_experts_per_tok':3,'intermediate_size':32,'quantization':{'group_size':32,'bits':4}",
                        inEveryLayer("block_sparse_moe.gate.weight", 0, EXPERTS, HIDDEN)
                                .andThen(alone(
                                        "block_sparse_moe",
                                        name -> Map.of("gate_proj", "w1", "up_proj", "w3", "down_proj", "w2")
                                                .get(name),
                                        true)),
                        turning(ReferenceRope.plain(HEAD_DIM, 1_000_000, false)).andThen(ExpertFamilies::mixtral)),
                new FamilyCase(
                        "gpt_oss",
                        "'model_type':'gpt_oss','tie_word_embeddings':true,'num_local_experts':8,"
                                + "'num_experts_per_tok':3,'intermediate_size':32,'sliding_window':6,"
                                + "'rope_theta':150000,'rope_scaling':{'rope_type':'yarn','factor':32.0,"
                                + "'beta_fast':32.0,'beta_slow':1.0,'original_max_position_embeddings':4096},"
                                + "'quantization':{'group_size':32,'bits':4,'mode':'mxfp4'}",
                        queryBiases()
                                .andThen(inEveryLayer("self_attn.o_proj.bias", 0, HIDDEN))
                                .andThen(inEveryLayer("self_attn.sinks", 1, HEADS))
                                .andThen(inEveryLayer("mlp.router.weight", 0, EXPERTS, HIDDEN))
                                .andThen(inEveryLayer("mlp.router.bias", 0, EXPERTS))
                                .andThen(ExpertFamilies::clampedExperts),
                        turning(ReferenceRope.yarn(HEAD_DIM, 150_000, 32, 4096)).andThen(reference -> {
                            reference.window = layer -> layer % 2 == 0 ? 6 : Integer.MAX_VALUE;
                            reference.experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
                            reference.experts.router = "router";
                            reference.experts.softmaxOfChosen = true;
                            reference.experts.clamped = true;
                        })));
    }

    private static ReferenceExperts corrected(ReferenceDecoder reference, int groups, int chosenGroups) {
        ReferenceExperts experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
        experts.sigmoid = true;
        experts.normed = true;
        experts.scale = 2.5;
        experts.groups = groups;
        experts.chosenGroups = chosenGroups;
        experts.firstLayer = 1;
        return experts;
    }

    private static void mixtral(ReferenceDecoder reference) {
        reference.feedForward = "block_sparse_moe.";
        reference.experts = new ReferenceExperts(reference.weights, EXPERTS, 3);
        reference.experts.softmaxOfChosen = true;
    }

    private static ReferenceLatent latent(double scale, ReferenceRope rope) {
        return latent(scale, rope, 1e-6);
    }

    private static ReferenceLatent latent(double scale, ReferenceRope rope, double eps) {
        return new ReferenceLatent(HEADS, KEY_RANK, PLAIN, TURNED, VALUE, scale, rope, eps);
    }

    private static Consumer<Fixture> latent(boolean lowQueries) {
        int queries = HEADS * (PLAIN + TURNED);
        Consumer<Fixture> query = lowQueries
                ? inEveryLayer("self_attn.q_a_proj.weight", 0, QUERY_RANK, HIDDEN)
                        .andThen(inEveryLayer("self_attn.q_a_layernorm.weight", 1, QUERY_RANK))
                        .andThen(inEveryLayer("self_attn.q_b_proj.weight", 0, queries, QUERY_RANK))
                : inEveryLayer("self_attn.q_proj.weight", 0, queries, HIDDEN);
        return query.andThen(inEveryLayer("self_attn.kv_a_proj_with_mqa.weight", 0, KEY_RANK + TURNED, HIDDEN))
                .andThen(inEveryLayer("self_attn.kv_a_layernorm.weight", 1, KEY_RANK))
                .andThen(inEveryLayer("self_attn.o_proj.weight", 0, HIDDEN, HEADS * VALUE));
    }

    private static Consumer<Fixture> router() {
        return inEveryLayer("mlp.gate.weight", 0, EXPERTS, HIDDEN)
                .andThen(inEveryLayer("mlp.gate.e_score_correction_bias", 0, EXPERTS));
    }

    private static Consumer<Fixture> shared() {
        int width = 2 * EXPERT_HIDDEN;
        return inEveryLayer("mlp.shared_experts.gate_proj.weight", 0, width, HIDDEN)
                .andThen(inEveryLayer("mlp.shared_experts.up_proj.weight", 0, width, HIDDEN))
                .andThen(inEveryLayer("mlp.shared_experts.down_proj.weight", 0, HIDDEN, width));
    }

    private static Consumer<Fixture> packed(String name, int... shape) {
        return fixture -> {
            for (int i = 0; i < LAYERS; i++) {
                fixture.packed("model.layers." + i + "." + name, 0.15, shape);
            }
        };
    }

    private static Consumer<Fixture> stacked(String path) {
        return packed(path + ".gate_proj", EXPERTS, EXPERT_HIDDEN, HIDDEN)
                .andThen(packed(path + ".up_proj", EXPERTS, EXPERT_HIDDEN, HIDDEN))
                .andThen(packed(path + ".down_proj", EXPERTS, HIDDEN, EXPERT_HIDDEN));
    }

    private static Consumer<Fixture> alone(String part, UnaryOperator<String> names, boolean packed) {
        Consumer<Fixture> all = fixture -> {};
        for (int e = 0; e < EXPERTS; e++) {
            for (String name : new String[] {"gate_proj", "up_proj", "down_proj"}) {
                String path = part + ".experts." + e + "." + names.apply(name);
                int[] shape = name.equals("down_proj")
                        ? new int[] {HIDDEN, EXPERT_HIDDEN}
                        : new int[] {EXPERT_HIDDEN, HIDDEN};
                all = all.andThen(packed ? packed(path, shape) : inEveryLayer(path + ".weight", 0, shape));
            }
        }
        return all;
    }

    private static void clampedExperts(Fixture fixture) {
        Quantization packing = Quantization.of("mxfp4", 32, 4);
        for (int i = 0; i < LAYERS; i++) {
            String path = "model.layers." + i + ".mlp.experts.";
            // Large enough for some of the gates to be cut off.
            fixture.packed(path + "gate_proj", packing, 1, EXPERTS, EXPERT_HIDDEN, HIDDEN);
            fixture.packed(path + "up_proj", packing, 1, EXPERTS, EXPERT_HIDDEN, HIDDEN);
            fixture.packed(path + "down_proj", packing, 0.05, EXPERTS, HIDDEN, EXPERT_HIDDEN);
            fixture.tensor(path + "gate_proj.bias", 0, 0.2, EXPERTS, EXPERT_HIDDEN);
            fixture.tensor(path + "up_proj.bias", 0, 0.2, EXPERTS, EXPERT_HIDDEN);
            fixture.tensor(path + "down_proj.bias", 0, 0.2, EXPERTS, HIDDEN);
        }
    }
}
