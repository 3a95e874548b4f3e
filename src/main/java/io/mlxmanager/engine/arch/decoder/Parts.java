package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.nn.Experts;
import io.mlxmanager.engine.nn.FeedForward;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.Rotary;
import io.mlxmanager.engine.weights.ModelWeights;
import java.util.HashMap;
import java.util.Map;

/** Loads the parts of a plan's blocks. */
final class Parts {

    private final DecoderPlan plan;
    private final ModelWeights weights;
    private final Map<RopePlan, Rotary> rotaries = new HashMap<>();

    Parts(DecoderPlan plan, ModelWeights weights) {
        this.plan = plan;
        this.weights = weights;
    }

    Norm norm(String path, int features) {
        return switch (plan.normKind()) {
            case RMS -> Norm.rms(weights, path, features, plan.normEps());
            case RMS_ONE_PLUS -> Norm.rmsOnePlus(weights, path, features, plan.normEps());
            case LAYER -> Norm.layer(weights, path, features, plan.normEps());
        };
    }

    /** A norm of a block, or one that changes nothing where there is no name. */
    Norm blockNorm(String path, String name) {
        return name == null ? Norm.NONE : norm(path + "." + name, plan.hidden());
    }

    Projection projection(String path, int in, int out, boolean bias) {
        return Projection.load(weights, path, in, out, bias);
    }

    FeedForward feedForward(String path, int layer) {
        LayerPlan.ExpertPlan experts = plan.layerPlans().get(layer).experts();
        if (experts != null) {
            return new Experts(
                    weights,
                    path,
                    plan.hidden(),
                    experts.hidden(),
                    experts.count(),
                    experts.chosen(),
                    experts.normed());
        }
        FeedForward.Gate gate =
                plan.activation() == DecoderPlan.Activation.SILU ? FeedForward.Gate.SILU : FeedForward.Gate.GELU_TANH;
        return plan.fusedGate()
                ? FeedForward.fused(weights, path, plan.hidden(), plan.feedForward(), gate)
                : FeedForward.gated(weights, path, plan.hidden(), plan.feedForward(), plan.feedForwardBias(), gate);
    }

    /** One for all layers that turn alike; null for a layer that does not. */
    Rotary rotary(int layer) {
        RopePlan rope = plan.layerPlans().get(layer).rope();
        return rope == null
                ? null
                : rotaries.computeIfAbsent(
                        rope,
                        each -> Rotary.of(
                                weights,
                                each.dims(),
                                each.traditional(),
                                each.base(),
                                each.scale(),
                                each.wavelengths(),
                                each.magnitude()));
    }
}
