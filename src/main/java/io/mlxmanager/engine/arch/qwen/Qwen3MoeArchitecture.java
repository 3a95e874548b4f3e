package io.mlxmanager.engine.arch.qwen;

import io.mlxmanager.engine.arch.decoder.DecoderArchitecture;
import io.mlxmanager.engine.arch.decoder.DecoderPlan;
import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.arch.decoder.RopePlan;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.weights.JsonFile;
import java.util.ArrayList;
import java.util.List;

/** {@code model_type} qwen3_moe: a qwen3 whose feed-forward parts are experts, in all layers but those that are named. */
public final class Qwen3MoeArchitecture extends DecoderArchitecture {

    @Override
    protected DecoderPlan plan(JsonFile config) {
        Qwen2Architecture.requireNoWindow(config);
        DecoderPlan.Builder plan =
                DecoderPlan.builder(config).tiedUnlessSaid(false).headNorm(HeadNorm.EACH_HEAD);
        RopePlan rope = RopePlan.of(config, plan.headDim(), false, 1_000_000);
        Router.Rule rule = Router.Rule.read(
                config,
                "num_experts",
                "num_experts_per_tok",
                Router.Scoring.SOFTMAX,
                config.optionalBoolean("norm_topk_prob", false));
        ExpertPlan experts = new ExpertPlan(rule, config.requiredInt("moe_intermediate_size", 1));
        List<Integer> dense = config.integers("mlp_only_layers");
        int every = config.optionalInt("decoder_sparse_step", 1, 1);
        List<LayerPlan> layers = new ArrayList<>();
        for (int i = 0; i < plan.layers(); i++) {
            boolean sparse = !dense.contains(i) && (i + 1) % every == 0;
            layers.add(new LayerPlan(rope, 0, sparse ? experts : null));
        }
        return plan.layerPlans(layers).build();
    }
}
