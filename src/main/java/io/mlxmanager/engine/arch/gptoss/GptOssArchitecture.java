package io.mlxmanager.engine.arch.gptoss;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.Place;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.arch.llama.LlamaArchitecture;
import io.mlxmanager.engine.nn.FeedForward.Gate;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.nn.Router.Scoring;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code model_type} gpt_oss: biases everywhere, a sink for each head, experts in every layer; every other layer, the first
 * one included, looks back on a window.
 */
public final class GptOssArchitecture extends DecoderArchitecture {

    private static final Place EXPERTS = new Place("mlp", "router", "experts", "gate_proj", "up_proj", "down_proj");

    @Override
    protected DecoderPlan plan(JsonFile config) {
        DecoderPlan.Builder plan = DecoderPlan.builder(config)
                .tiedUnlessSaid(false)
                .normEps(config.positiveFloat("rms_norm_eps", 1e-5f))
                .biases(true, true, true)
                .sinks();
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 150_000);
        ExpertPlan experts = new ExpertPlan(
                Router.Rule.read(config, "num_local_experts", "num_experts_per_tok", Scoring.SOFTMAX_OF_CHOSEN, false),
                config.requiredInt("intermediate_size", 1),
                0,
                EXPERTS,
                true,
                Gate.SILU_CLAMPED);
        return plan.layerPlans(layers(config, plan.layers(), rope).stream()
                        .map(layer -> new LayerPlan(layer.rope(), layer.window(), experts))
                        .toList())
                .build();
    }

    private static List<LayerPlan> layers(JsonFile config, int count, RopePlan rope) {
        if (config.has("layer_types")) {
            return LlamaArchitecture.layers(config, count, rope, rope);
        }
        int window = config.optionalInt("sliding_window", 1, 128);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(new LayerPlan(rope, i % 2 == 0 ? window : 0));
        }
        return layers;
    }
}
