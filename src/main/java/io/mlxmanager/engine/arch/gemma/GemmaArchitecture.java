package io.mlxmanager.engine.arch.gemma;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.Activation;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.BlockNorms;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.NormKind;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.weights.JsonFile;

/** {@code model_type} gemma. */
public final class GemmaArchitecture extends DecoderArchitecture {

    /** Names of the norms of those that have them before and behind both parts. */
    static final BlockNorms AROUND = new BlockNorms(
            "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = common(config);
        return plan.everyLayer(RopePlan.of(config, plan.headDim(), false, 10_000))
                .build();
    }

    /** What all of the family have. */
    static DecoderPlan.Builder common(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(true)
                .headDim(config.optionalInt("head_dim", 2, 256))
                .normKind(NormKind.RMS_ONE_PLUS)
                .activation(Activation.GELU_TANH);
        return plan.embeddingScale(Math.sqrt(plan.hidden()));
    }
}
