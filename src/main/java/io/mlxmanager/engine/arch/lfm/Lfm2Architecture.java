package io.mlxmanager.engine.arch.lfm;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.MixerPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import jakarta.json.Json;
import java.util.ArrayList;
import java.util.List;

/** {@code model_type} lfm2: short convolutions in most layers, attention in a few, tied. */
public final class Lfm2Architecture extends DecoderArchitecture {

    private static final BlockNorms NORMS = new BlockNorms("operator_norm", null, "ffn_norm", null);

    @Override
    protected DecoderPlan plan(JsonFile given) {
        JsonFile config = given.with("intermediate_size", Json.createValue(feedForward(given)));
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(true)
                .normEps(config.positiveFloat("norm_eps", 1e-5f))
                .headNorm(HeadNorm.EACH_HEAD)
                .norms(NORMS);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 1_000_000);
        MixerPlan convolution = new MixerPlan.Convolution(
                config.optionalInt("conv_L_cache", 2, 3), config.optionalBoolean("conv_bias", false));
        List<Integer> attending = config.integers("full_attn_idxs");
        List<String> types = config.strings("layer_types");
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean attends = types.size() > i ? types.get(i).equals("full_attention") : attending.contains(i);
            layers.add(new LayerPlan(rope, 0, null, attends ? new MixerPlan.Attention(false) : convolution));
        }
        if (layers.stream().allMatch(layer -> layer.mixer().equals(convolution))) {
            throw new ModelFormatException(config.name() + ": no layer of layer_types or full_attn_idxs has attention");
        }
        return plan.layerPlans(layers).build();
    }

    /** The width that is written, or what the family makes of it. */
    private static int feedForward(JsonFile config) {
        int width = config.has("block_ff_dim")
                ? config.requiredInt("block_ff_dim", 1)
                : config.requiredInt("intermediate_size", 1);
        if (!config.optionalBoolean("block_auto_adjust_ff_dim", true)) {
            return width;
        }
        int multiple = config.optionalInt("block_multiple_of", 1, 256);
        int twoThirds = 2 * width / 3;
        int adjusted = (int) (config.number("block_ffn_dim_multiplier", 1) * twoThirds);
        return multiple * ((adjusted + multiple - 1) / multiple);
    }

    @Override
    protected String inFile(String name) {
        return name.replace(".self_attn.o_proj", ".self_attn.out_proj")
                .replace(".self_attn.q_norm", ".self_attn.q_layernorm")
                .replace(".self_attn.k_norm", ".self_attn.k_layernorm")
                .replace(".mlp.gate_proj", ".feed_forward.w1")
                .replace(".mlp.up_proj", ".feed_forward.w3")
                .replace(".mlp.down_proj", ".feed_forward.w2")
                .replace("model.norm.", "model.embedding_norm.");
    }
}
