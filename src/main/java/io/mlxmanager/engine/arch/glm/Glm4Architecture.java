package io.mlxmanager.engine.arch.glm;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} glm4: norms around both parts, neighbouring pairs turn in half of each head, gate and up in one. */
public final class Glm4Architecture extends DecoderArchitecture {

    private static final BlockNorms AROUND = new BlockNorms(
            "input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(false)
                .biases(config.optionalBoolean("attention_bias", false), false, false)
                .fused(false, true)
                .norms(AROUND);
        int dims = (int) (plan.headDim() * config.positiveFloat("partial_rotary_factor", 0.5f));
        return plan.everyLayer(RopePlan.of(config, dims, true, 10_000)).build();
    }
}
