package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.decoder.LatentAttention.LatentMatrices;
import io.mlxmanager.engine.arch.decoder.LayerPlan.ExpertPlan;
import io.mlxmanager.engine.nn.Experts;
import io.mlxmanager.engine.nn.FeedForward;
import io.mlxmanager.engine.nn.MatrixStack;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.PairedMatrices;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.Rotary;
import io.mlxmanager.engine.nn.Router;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.Gelu;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;
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
        return norm(path, features, plan.normEps());
    }

    Norm norm(String path, int features, float eps) {
        return switch (plan.normKind()) {
            case RMS -> Norm.rms(weights, path, features, eps);
            case RMS_ONE_PLUS -> Norm.rmsOnePlus(weights, path, features, eps);
            case LAYER -> Norm.layer(weights, path, features, eps);
        };
    }

    /** A norm of a block, or one that changes nothing where there is no name. */
    Norm blockNorm(String path, String name) {
        return name == null ? Norm.NONE : norm(path + "." + name, plan.hidden());
    }

    Projection projection(String path, int in, int out, boolean bias) {
        return Projection.load(weights, path, in, out, bias);
    }

    /** @param path of the layer */
    TokenMixer mixer(String path, int layer) {
        MixerPlan mixer = plan.layerPlans().get(layer).mixer();
        if (mixer instanceof MixerPlan.Delta delta) {
            return new GatedDelta(delta, weights, path + ".linear_attn", plan.hidden(), plan.normEps(), layer);
        }
        if (mixer instanceof MixerPlan.Convolution convolution) {
            return new ShortMixer(convolution, weights, path + ".conv", plan.hidden(), layer);
        }
        String attention = path + ".self_attn";
        return plan.latent() == null
                ? new Attention(plan, this, attention, layer)
                : new LatentAttention(plan, this, attention, layer);
    }

    /** @param path of the layer */
    BlockEnd blockEnd(String path) {
        if (!plan.layerScale()) {
            return BlockEnd.NONE;
        }
        MlxArray scale = weights.floats(path + ".layer_scalar", 1);
        if (plan.layerInputs() == 0) {
            return (x, inputs) -> Ops.multiply(x, scale);
        }
        int features = plan.layerInputs();
        Projection gate = projection(path + ".per_layer_input_gate", plan.hidden(), features, false);
        Projection back = projection(path + ".per_layer_projection", features, plan.hidden(), false);
        Norm norm = norm(path + ".post_per_layer_input_norm", plan.hidden());
        return (x, inputs) -> {
            MlxArray read = Ops.multiply(Ops.gelu(gate.apply(x), Gelu.TANH), inputs);
            return Ops.multiply(Ops.add(x, norm.apply(back.apply(read))), scale);
        };
    }

    /** How the queries of a layer look back. */
    AttentionRule rule(String path, int layer) {
        MlxArray sinks = plan.sinks() ? weights.floats(path + ".sinks", plan.heads()) : null;
        return new AttentionRule(
                plan.attentionScale(), plan.layerPlans().get(layer).window(), plan.attentionCap(), sinks);
    }

    /** @param path of the layer */
    FeedForward feedForward(String path, int layer) {
        ExpertPlan experts = plan.layerPlans().get(layer).experts();
        if (experts != null) {
            return experts.beside()
                    ? besideDense(path, layer, experts)
                    : experts(path + "." + experts.place().part(), experts);
        }
        return dense(path, layer);
    }

    private FeedForward dense(String path, int layer) {
        FeedForward.Gate gate =
                plan.activation() == DecoderPlan.Activation.SILU ? FeedForward.Gate.SILU : FeedForward.Gate.GELU_TANH;
        int own = plan.layerPlans().get(layer).feedForward();
        int hidden = own == 0 ? plan.feedForward() : own;
        return plan.fusedGate()
                ? FeedForward.fused(weights, path + ".mlp", plan.hidden(), hidden, gate)
                : FeedForward.gated(weights, path + ".mlp", plan.hidden(), hidden, plan.feedForwardBias(), gate);
    }

    /** Experts beside a part that serves every token, each with norms of its own; the router reads the stream itself. */
    private FeedForward besideDense(String path, int layer, ExpertPlan experts) {
        FeedForward dense = dense(path, layer);
        Router router = Router.normed(weights, path + ".router", plan.hidden(), plan.normEps(), experts.rule());
        Experts chosen = stacked(path + ".experts.switch_glu", path + ".experts", experts, router);
        Norm beforeDense = blockNorm(path, "pre_feedforward_layernorm");
        Norm afterDense = blockNorm(path, "post_feedforward_layernorm_1");
        Norm beforeExperts = blockNorm(path, "pre_feedforward_layernorm_2");
        Norm afterExperts = blockNorm(path, "post_feedforward_layernorm_2");
        return x -> Ops.add(
                afterDense.apply(dense.apply(beforeDense.apply(x))),
                afterExperts.apply(chosen.apply(beforeExperts.apply(x), router.choose(x))));
    }

    private Experts stacked(String together, String alone, ExpertPlan experts, Router router) {
        LayerPlan.Place place = experts.place();
        return Experts.load(
                weights,
                new Experts.Names(together, alone, place.gate(), place.up(), place.down()),
                new Experts.Sizes(experts.rule().experts(), plan.hidden(), experts.hidden(), experts.bias()),
                router,
                experts.activation());
    }

    private FeedForward experts(String path, ExpertPlan experts) {
        LayerPlan.Place place = experts.place();
        Router router = new Router(weights, path + "." + place.router(), plan.hidden(), experts.bias(), experts.rule());
        Experts chosen = stacked(path + "." + place.experts(), path + ".experts", experts, router);
        return experts.sharedHidden() == 0 ? chosen : FeedForward.sum(chosen, shared(path, experts));
    }

    private FeedForward shared(String path, ExpertPlan experts) {
        String name = path + (experts.sharedGate() ? ".shared_expert" : ".shared_experts");
        FeedForward shared =
                FeedForward.gated(weights, name, plan.hidden(), experts.sharedHidden(), false, experts.activation());
        if (!experts.sharedGate()) {
            return shared;
        }
        Projection gate = projection(path + ".shared_expert_gate", plan.hidden(), 1, false);
        return x -> Ops.multiply(shared.apply(x), Ops.sigmoid(gate.apply(x)));
    }

    /** The matrices of latent attention, in the two ways that files have them. */
    LatentMatrices latentMatrices(String path) {
        LatentPlan sizes = plan.latent();
        int heads = plan.heads();
        int[] numbers = new int[heads];
        Arrays.setAll(numbers, head -> head);
        MlxArray each = weights.derive(() -> Ops.fromInts(numbers, heads));
        String together = path + ".kv_b_proj";
        if (!weights.has(together + ".weight")) {
            return new LatentMatrices(
                    MatrixStack.load(weights, path + ".embed_q", heads, sizes.plainDim(), sizes.keyRank()),
                    MatrixStack.load(weights, path + ".unembed_out", heads, sizes.keyRank(), sizes.valueDim()),
                    each);
        }
        PairedMatrices pairs =
                PairedMatrices.load(weights, together, heads, sizes.keyRank(), sizes.plainDim(), sizes.valueDim());
        return new LatentMatrices(pairs.firstTurned(), pairs.second(), each);
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
