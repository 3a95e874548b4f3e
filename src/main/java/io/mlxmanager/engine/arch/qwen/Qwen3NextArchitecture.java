package io.mlxmanager.engine.arch.qwen;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.arch.decoder.MixerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import jakarta.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} qwen3_next, qwen3_5_text and qwen3_5_moe_text: a gated delta rule in most layers, attention with an output
 * gate in the others, and experts of which one serves every token.
 */
public final class Qwen3NextArchitecture extends DecoderArchitecture {

    private static final double PART_THAT_TURNS = 0.25;

    private final boolean interleaved;

    /** @param interleaved whether the projections of a delta rule are joined head by head, as in qwen3_next */
    public Qwen3NextArchitecture(boolean interleaved) {
        this.interleaved = interleaved;
    }

    @Override
    protected DecoderPlan plan(JsonFile given) {
        int experts = given.optionalInt("num_experts", 0, 0);
        // A model of experts alone does not say how wide its other feed-forward parts would be.
        JsonFile config = experts == 0
                ? given
                : given.orElse(Json.createObjectBuilder()
                        .add("intermediate_size", given.requiredInt("moe_intermediate_size", 1))
                        .build());
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(false)
                .headNorm(HeadNorm.EACH_HEAD)
                .biases(
                        config.optionalBoolean("attention_bias", false),
                        config.optionalBoolean("attention_bias", false),
                        false);
        RopePlan rope = RopePlan.of(config, turning(config, plan.headDim()), false, 100_000);
        MixerPlan.Delta delta = delta(config);
        List<Integer> dense = config.integers("mlp_only_layers");
        int sparse = config.optionalInt("decoder_sparse_step", 1, 1);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean chosen = experts > 0 && !dense.contains(i) && (i + 1) % sparse == 0;
            MixerPlan mixer = attends(config, i) ? new MixerPlan.Attention(true) : delta;
            layers.add(new LayerPlan(rope, 0, chosen ? experts(config) : null, mixer));
        }
        if (layers.stream().allMatch(layer -> layer.mixer().equals(delta))) {
            throw new ModelFormatException(config.name() + ": no layer has full attention");
        }
        return plan.layerPlans(layers).build();
    }

    private static int turning(JsonFile config, int headDim) {
        double absent = config.number("partial_rotary_factor", PART_THAT_TURNS);
        double part = config.optionalObject("rope_parameters")
                .map(rope -> rope.number("partial_rotary_factor", absent))
                .orElse(absent);
        int dims = (int) (headDim * part);
        if (dims < 2 || dims > headDim || dims % 2 != 0) {
            throw new ModelFormatException(config.name() + ": partial_rotary_factor " + part + " of head_dim " + headDim
                    + " is not an even number");
        }
        return dims;
    }

    private static boolean attends(JsonFile config, int layer) {
        List<String> types = config.strings("layer_types");
        return layer < types.size()
                ? types.get(layer).equals("full_attention")
                : (layer + 1) % config.optionalInt("full_attention_interval", 1, 4) == 0;
    }

    private MixerPlan.Delta delta(JsonFile config) {
        MixerPlan.Delta delta = new MixerPlan.Delta(
                config.requiredInt("linear_num_key_heads", 1),
                config.requiredInt("linear_num_value_heads", 1),
                config.requiredInt("linear_key_head_dim", 1),
                config.requiredInt("linear_value_head_dim", 1),
                config.requiredInt("linear_conv_kernel_dim", 2),
                interleaved);
        if (delta.valueHeads() % delta.keyHeads() != 0) {
            throw new ModelFormatException(config.name() + ": linear_num_value_heads " + delta.valueHeads()
                    + " is not a multiple of linear_num_key_heads " + delta.keyHeads());
        }
        return delta;
    }

    private ExpertPlan experts(JsonFile config) {
        Router.Rule rule = Router.Rule.read(
                config,
                "num_experts",
                "num_experts_per_tok",
                Router.Scoring.SOFTMAX,
                config.optionalBoolean("norm_topk_prob", !interleaved));
        return new ExpertPlan(
                rule,
                config.requiredInt("moe_intermediate_size", 1),
                config.requiredInt("shared_expert_intermediate_size", 1),
                Place.USUAL,
                false,
                Gate.SILU,
                false,
                true);
    }
}
