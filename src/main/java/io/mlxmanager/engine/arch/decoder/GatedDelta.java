package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.ShortConvolution;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** A layer whose memory is a matrix for each head, changed by a gated delta rule. Confined to the engine thread. */
final class GatedDelta implements TokenMixer {

    private static final int CONVOLVED = 0;
    private static final int MATRICES = 1;
    private static final double HEAD_EPS = 1e-6;

    /** What is read of a token: {@code mixed} goes through the convolution, the gates do not. */
    private record Parts(MlxArray mixed, MlxArray gate, MlxArray beta, MlxArray step) {}

    private final MixerPlan.Delta plan;
    private final int layer;
    private final double eps;
    private final Projection first;
    private final Projection gate;
    private final Projection second;
    private final Projection step;
    private final ShortConvolution convolution;
    private final MlxArray bias;
    private final MlxArray rate;
    private final MlxArray norm;
    private final Projection out;

    GatedDelta(MixerPlan.Delta plan, ModelWeights weights, String path, int hidden, double eps, int layer) {
        this.plan = plan;
        this.layer = layer;
        this.eps = eps;
        int mixed = 2 * plan.keys() + plan.values();
        int heads = plan.valueHeads();
        if (plan.interleaved()) {
            first = Projection.load(weights, path + ".in_proj_qkvz", hidden, mixed + plan.values(), false);
            second = Projection.load(weights, path + ".in_proj_ba", hidden, 2 * heads, false);
            gate = null;
            step = null;
        } else {
            first = Projection.load(weights, path + ".in_proj_qkv", hidden, mixed, false);
            gate = Projection.load(weights, path + ".in_proj_z", hidden, plan.values(), false);
            second = Projection.load(weights, path + ".in_proj_b", hidden, heads, false);
            step = Projection.load(weights, path + ".in_proj_a", hidden, heads, false);
        }
        convolution = new ShortConvolution(weights, path + ".conv1d", mixed, plan.kernel(), false);
        bias = weights.floats(path + ".dt_bias", heads);
        MlxArray logarithm = weights.floats(path + ".A_log", heads);
        rate = weights.derive(() -> Ops.negative(Ops.exp(Ops.astype(logarithm, Dtype.F32))));
        norm = weights.floats(path + ".norm.weight", plan.valueDim());
        out = Projection.load(weights, path + ".out_proj", plan.values(), hidden, false);
    }

    @Override
    public MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        Parts parts = plan.interleaved() ? interleaved(x) : apart(x);
        MlxArray mixed = parts.mixed;
        int width = mixed.dim(2);
        MlxArray before =
                cache.remembered(layer, CONVOLVED, () -> Ops.zeros(mixed.dtype(), 1, convolution.before(), width));
        MlxArray joined = Ops.concatenate(1, before, mixed);
        cache.remember(layer, CONVOLVED, convolution.last(joined));
        MlxArray convolved = Ops.silu(convolution.apply(joined));
        double inverse = 1 / Math.sqrt(plan.keyDim());
        MlxArray q = Ops.multiply(unit(convolved, 0), inverse * inverse);
        MlxArray k = Ops.multiply(unit(convolved, plan.keys()), inverse);
        MlxArray v = heads(part(convolved, 2 * plan.keys(), plan.values()), plan.valueHeads(), plan.valueDim());
        MlxArray decay = Ops.exp(Ops.multiply(softplus(Ops.add(Ops.astype(parts.step, Dtype.F32), bias)), rate));
        MlxArray beta = Ops.sigmoid(Ops.astype(parts.beta, Dtype.F32));
        MlxArray state = cache.remembered(
                layer, MATRICES, () -> Ops.zeros(Dtype.F32, 1, plan.valueHeads(), plan.valueDim(), plan.keyDim()));
        FastOps.Recurrence made = FastOps.gatedDelta(q, k, v, decay, beta, state);
        cache.remember(layer, MATRICES, made.state());
        MlxArray normed = Ops.astype(FastOps.rmsNorm(made.out(), norm, eps), Dtype.F32);
        MlxArray gated = Ops.multiply(Ops.silu(Ops.astype(parts.gate, Dtype.F32)), normed);
        return out.apply(Ops.astype(Ops.reshape(gated, x.dim(0), x.dim(1), plan.values()), x.dtype()));
    }

    private Parts apart(MlxArray x) {
        MlxArray z = heads(gate.apply(x), plan.valueHeads(), plan.valueDim());
        return new Parts(first.apply(x), z, second.apply(x), step.apply(x));
    }

    /** One projection holds, for each head of keys, its query, its key, and the values and gates that share it. */
    private Parts interleaved(MlxArray x) {
        int shared = plan.valueHeads() / plan.keyHeads();
        int values = shared * plan.valueDim();
        int dim = plan.keyDim();
        MlxArray all = heads(first.apply(x), plan.keyHeads(), 2 * dim + 2 * values);
        MlxArray mixed = Ops.concatenate(
                2, flat(head(all, 0, dim)), flat(head(all, dim, dim)), flat(head(all, 2 * dim, values)));
        MlxArray z = heads(flat(head(all, 2 * dim + values, values)), plan.valueHeads(), plan.valueDim());
        MlxArray both = heads(second.apply(x), plan.keyHeads(), 2 * shared);
        return new Parts(mixed, z, flat(head(both, 0, shared)), flat(head(both, shared, shared)));
    }

    /** Heads of queries or keys, at the length that a root of their number gives. */
    private MlxArray unit(MlxArray x, int from) {
        return FastOps.rmsNorm(heads(part(x, from, plan.keys()), plan.keyHeads(), plan.keyDim()), null, HEAD_EPS);
    }

    private static MlxArray softplus(MlxArray x) {
        MlxArray small = Ops.log(Ops.add(Ops.exp(Ops.negative(Ops.abs(x))), 1));
        return Ops.add(Ops.maximum(x, 0), small);
    }

    private static MlxArray heads(MlxArray x, int heads, int dim) {
        return Ops.reshape(x, x.dim(0), x.dim(1), heads, dim);
    }

    private static MlxArray flat(MlxArray x) {
        return Ops.reshape(x, x.dim(0), x.dim(1), x.dim(2) * x.dim(3));
    }

    private static MlxArray head(MlxArray x, int from, int width) {
        return Ops.slice(x, new int[] {0, 0, 0, from}, new int[] {x.dim(0), x.dim(1), x.dim(2), from + width});
    }

    private static MlxArray part(MlxArray x, int from, int width) {
        return Ops.slice(x, new int[] {0, 0, from}, new int[] {x.dim(0), x.dim(1), from + width});
    }
}
