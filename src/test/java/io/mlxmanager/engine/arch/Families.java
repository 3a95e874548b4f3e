package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.FEED_FORWARD;
import static io.mlxmanager.engine.arch.FamilyCase.HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.HEAD_DIM;
import static io.mlxmanager.engine.arch.FamilyCase.HIDDEN;
import static io.mlxmanager.engine.arch.FamilyCase.KV_HEADS;
import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.NOTHING_MORE;
import static io.mlxmanager.engine.arch.FamilyCase.headNorms;
import static io.mlxmanager.engine.arch.FamilyCase.inEveryLayer;
import static io.mlxmanager.engine.arch.FamilyCase.numbers;
import static io.mlxmanager.engine.arch.FamilyCase.queryBiases;
import static io.mlxmanager.engine.arch.FamilyCase.turning;

import java.util.Arrays;
import java.util.stream.Stream;

/** The families without experts, and the first of those that have some. */
final class Families {

    private static final String[] AROUND = {
        "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"
    };

    private static final String[] BEHIND = {null, "post_attention_layernorm", null, "post_feedforward_layernorm"};

    private Families() {}

    static Stream<FamilyCase> all() {
        ReferenceRope plain = ReferenceRope.plain(HEAD_DIM, 10_000, false);
        ReferenceRope long6 = ReferenceRope.plain(HEAD_DIM, 1_000_000, false);
        double[] factors = new double[HEAD_DIM / 4];
        Arrays.setAll(factors, i -> 1.0 + i * 0.5);
        return Stream.of(
                new FamilyCase("llama", "'model_type':'llama'", NOTHING_MORE, turning(plain)),
                new FamilyCase(
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
                new FamilyCase(
                        "mistral, windows in some layers",
                        "'model_type':'mistral','sliding_window':5,'layer_types':['full_attention',"
                                + "'sliding_attention','sliding_attention','full_attention']",
                        NOTHING_MORE,
                        turning(plain)
                                .andThen(reference ->
                                        reference.window = layer -> layer == 1 || layer == 2 ? 5 : Integer.MAX_VALUE)),
                new FamilyCase(
                        "llama, linear positions",
                        "'model_type':'llama','rope_scaling':{'type':'linear','factor':4.0}",
                        NOTHING_MORE,
                        turning(ReferenceRope.linear(HEAD_DIM, 10_000, 4))),
                new FamilyCase(
                        "llama, yarn positions",
                        "'model_type':'llama','rope_parameters':{'rope_type':'yarn','rope_theta':10000.0,"
                                + "'factor':4.0,'original_max_position_embeddings':256}",
                        NOTHING_MORE,
                        turning(ReferenceRope.yarn(HEAD_DIM, 10_000, 4, 256))),
                new FamilyCase(
                        "llama, dynamic positions",
                        "'model_type':'llama','rope_scaling':{'type':'dynamic','factor':4.0}",
                        NOTHING_MORE,
                        turning(plain)),
                new FamilyCase(
                        "ministral3",
                        "'model_type':'ministral3','rope_parameters':{'rope_type':'yarn','rope_theta':1000000.0,"
                                + "'factor':4.0,'original_max_position_embeddings':8,'llama_4_scaling_beta':0.3}",
                        NOTHING_MORE,
                        turning(ReferenceRope.yarn(HEAD_DIM, 1_000_000, 4, 8))
                                .andThen(reference -> reference.growth =
                                        position -> 1 + 0.3 * Math.log(1 + Math.floor(position / 8.0)))),
                new FamilyCase(
                        "seed_oss",
                        "'model_type':'seed_oss','attention_bias':true,'attention_out_bias':false",
                        queryBiases(),
                        turning(plain)),
                new FamilyCase(
                        "ernie4_5",
                        "'model_type':'ernie4_5','use_bias':true,'rope_theta':500000.0",
                        queryBiases()
                                .andThen(inEveryLayer("self_attn.o_proj.bias", 0, HIDDEN))
                                .andThen(inEveryLayer("mlp.gate_proj.bias", 0, FEED_FORWARD))
                                .andThen(inEveryLayer("mlp.up_proj.bias", 0, FEED_FORWARD))
                                .andThen(inEveryLayer("mlp.down_proj.bias", 0, HIDDEN)),
                        turning(ReferenceRope.plain(HEAD_DIM, 500_000, true))),
                new FamilyCase("mimo", "'model_type':'mimo','tie_word_embeddings':true", queryBiases(), turning(plain)),
                new FamilyCase(
                        "exaone4",
                        "'model_type':'exaone4','tie_word_embeddings':true,'sliding_window':5,"
                                + "'sliding_window_pattern':'LLLG'",
                        headNorms(1).andThen(inEveryLayer("post_feedforward_layernorm.weight", 1, HIDDEN)),
                        reference -> {
                            reference.rope = layer -> layer == 3 ? null : long6;
                            reference.window = layer -> layer == 3 ? Integer.MAX_VALUE : 5;
                            reference.normEachHead = true;
                            reference.norms = BEHIND;
                        }),
                new FamilyCase("qwen2", "'model_type':'qwen2'", queryBiases(), turning(long6)),
                new FamilyCase(
                        "qwen3",
                        "'model_type':'qwen3','tie_word_embeddings':true",
                        headNorms(1),
                        turning(long6).andThen(reference -> reference.normEachHead = true)),
                new FamilyCase(
                        "qwen3_moe",
                        "'model_type':'qwen3_moe','tie_word_embeddings':true,'num_experts':8,'num_experts_per_tok':3,"
                                + "'moe_intermediate_size':32,'norm_topk_prob':true,'mlp_only_layers':[1],"
                                + "'quantization':{'group_size':32,'bits':4}",
                        headNorms(1).andThen(Families::experts),
                        turning(long6).andThen(reference -> {
                            reference.normEachHead = true;
                            reference.experts = new ReferenceExperts(reference.weights, 8, 3);
                            reference.experts.normed = true;
                        })),
                new FamilyCase(
                        "gemma",
                        "'model_type':'gemma'",
                        NOTHING_MORE,
                        turning(plain).andThen(Families::gemma)),
                new FamilyCase(
                        "gemma2",
                        "'model_type':'gemma2','sliding_window':6,'query_pre_attn_scalar':20,"
                                + "'attn_logit_softcapping':1.5,'final_logit_softcapping':4.0",
                        inEveryLayer("pre_feedforward_layernorm.weight", 0, HIDDEN)
                                .andThen(inEveryLayer("post_feedforward_layernorm.weight", 0, HIDDEN)),
                        turning(plain).andThen(Families::gemma).andThen(reference -> {
                            reference.scoreScale = 1 / Math.sqrt(20);
                            reference.scoreCap = 1.5;
                            reference.logitCap = 4;
                            reference.window = layer -> layer % 2 == 0 ? 6 : Integer.MAX_VALUE;
                            reference.norms = AROUND;
                        })),
                new FamilyCase(
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
                            reference.norms = AROUND;
                        }),
                new FamilyCase(
                        "phi3, long positions in a part of each head",
                        "'model_type':'phi3','tie_word_embeddings':true,'partial_rotary_factor':0.5,"
                                + "'max_position_embeddings':2048,'original_max_position_embeddings':256,"
                                + "'rope_scaling':{'type':'longrope','long_factor':" + numbers(HEAD_DIM / 4, 1, 0.5)
                                + ",'short_factor':" + numbers(HEAD_DIM / 4, 1, 0) + "}",
                        NOTHING_MORE,
                        turning(ReferenceRope.longrope(HEAD_DIM / 2, 10_000, factors, 2048, 256))),
                new FamilyCase(
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
                new FamilyCase(
                        "smollm3",
                        "'model_type':'smollm3','no_rope_layers':[1,1,0,1]",
                        NOTHING_MORE,
                        reference -> reference.rope = layer -> layer == 2 ? null : plain),
                new FamilyCase(
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
                new FamilyCase(
                        "olmo2",
                        "'model_type':'olmo2','tie_word_embeddings':true",
                        inEveryLayer("self_attn.q_norm.weight", 1, HEADS * HEAD_DIM)
                                .andThen(inEveryLayer("self_attn.k_norm.weight", 1, KV_HEADS * HEAD_DIM))
                                .andThen(inEveryLayer("post_feedforward_layernorm.weight", 1, HIDDEN)),
                        turning(plain).andThen(reference -> {
                            reference.normAllHeads = true;
                            reference.norms = BEHIND;
                        })),
                new FamilyCase(
                        "olmo3, windows in most layers, stretched positions in the others",
                        "'model_type':'olmo3','tie_word_embeddings':true,'sliding_window':5,'layer_types':["
                                + "'sliding_attention','sliding_attention','sliding_attention','full_attention'],"
                                + "'rope_scaling':{'rope_type':'yarn','factor':4.0,"
                                + "'original_max_position_embeddings':256}",
                        inEveryLayer("self_attn.q_norm.weight", 1, HEADS * HEAD_DIM)
                                .andThen(inEveryLayer("self_attn.k_norm.weight", 1, KV_HEADS * HEAD_DIM))
                                .andThen(inEveryLayer("post_feedforward_layernorm.weight", 1, HIDDEN)),
                        reference -> {
                            ReferenceRope stretched = ReferenceRope.yarn(HEAD_DIM, 10_000, 4, 256);
                            reference.rope = layer -> layer == 3 ? stretched : plain;
                            reference.window = layer -> layer == 3 ? Integer.MAX_VALUE : 5;
                            reference.normAllHeads = true;
                            reference.norms = BEHIND;
                        }),
                new FamilyCase(
                        "cohere",
                        "'model_type':'cohere','logit_scale':0.25",
                        NOTHING_MORE,
                        turning(ReferenceRope.plain(HEAD_DIM, 8_000_000, true)).andThen(Families::cohere)),
                new FamilyCase(
                        "cohere2",
                        "'model_type':'cohere2','sliding_window':7,'sliding_window_pattern':4,'logit_scale':0.25",
                        NOTHING_MORE,
                        reference -> {
                            ReferenceRope rope = ReferenceRope.plain(HEAD_DIM, 50_000, true);
                            reference.rope = layer -> layer == 3 ? null : rope;
                            reference.window = layer -> layer == 3 ? Integer.MAX_VALUE : 7;
                            cohere(reference);
                        }));
    }

    private static void cohere(ReferenceDecoder reference) {
        reference.layerNorm = true;
        reference.parallel = true;
        reference.eps = 1e-5;
        reference.logitScale = 0.25;
        reference.norms = new String[] {"input_layernorm", null, null, null};
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
}
