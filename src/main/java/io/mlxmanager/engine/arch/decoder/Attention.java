package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.arch.decoder.LayerPlan.HeadPlan;
import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.Rotary;
import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import java.util.Arrays;

/** Attention of one layer, heads of queries sharing heads of keys and values. */
final class Attention implements TokenMixer {

    private final DecoderPlan plan;
    private final HeadPlan heads;
    private final int store;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;
    private final Norm queryNorm;
    private final Norm keyNorm;
    private final Norm valueNorm;
    private final Rotary rotary;
    private final AttentionRule rule;
    private final boolean gated;

    Attention(DecoderPlan plan, Parts parts, String path, int layer) {
        this.plan = plan;
        this.heads = plan.headsOf(layer);
        this.store = heads.own() ? layer : heads.keysOf();
        int hidden = plan.hidden();
        int queries = plan.heads() * heads.headDim();
        int keys = heads.kvHeads() * heads.headDim();
        gated = plan.layerPlans().get(layer).mixer() instanceof MixerPlan.Attention mixer && mixer.gated();
        boolean separate = !plan.fusedQueries() && heads.own();
        query = plan.fusedQueries()
                ? parts.projection(path + ".qkv_proj", hidden, queries + 2 * keys, plan.queryBias())
                : parts.projection(path + ".q_proj", hidden, gated ? 2 * queries : queries, plan.queryBias());
        key = separate ? parts.projection(path + ".k_proj", hidden, keys, plan.queryBias()) : null;
        value = separate && !heads.valuesAreKeys()
                ? parts.projection(path + ".v_proj", hidden, keys, plan.queryBias())
                : null;
        output = parts.projection(path + ".o_proj", queries, hidden, plan.outputBias());
        boolean each = plan.headNorm() == HeadNorm.EACH_HEAD;
        boolean none = plan.headNorm() == HeadNorm.NONE;
        queryNorm = none ? Norm.NONE : parts.norm(path + ".q_norm", each ? heads.headDim() : queries);
        keyNorm = none || !heads.own() ? Norm.NONE : parts.norm(path + ".k_norm", each ? heads.headDim() : keys);
        valueNorm = plan.unitValues() ? Norm.unit(plan.normEps()) : Norm.NONE;
        rotary = parts.rotary(layer);
        rule = parts.rule(path, layer);
    }

    @Override
    public MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        int queries = plan.heads() * heads.headDim();
        MlxArray q = query.apply(x);
        MlxArray gate = null;
        if (gated) {
            // Head by head the queries, then what decides how much of the answer goes on.
            MlxArray both = Ops.reshape(q, x.dim(0), x.dim(1), plan.heads(), 2 * heads.headDim());
            gate = half(both, heads.headDim());
            q = half(both, 0);
        }
        MlxArray k = null;
        MlxArray v = null;
        if (plan.fusedQueries()) {
            int keys = heads.kvHeads() * heads.headDim();
            k = part(q, queries, keys);
            v = part(q, queries + keys, keys);
            q = part(q, 0, queries);
        } else if (heads.own()) {
            k = key.apply(x);
            v = value == null ? k : value.apply(x);
        }
        q = grown(turned(normed(q, queryNorm, plan.heads()), offsets), offsets);
        if (k != null) {
            k = turned(normed(k, keyNorm, heads.kvHeads()), offsets);
            v = Ops.transpose(valueNorm.apply(split(v, heads.kvHeads())), 0, 2, 1, 3);
        }
        MlxArray attended = cache.attend(store, q, k, v, rule);
        MlxArray merged = Ops.reshape(Ops.transpose(attended, 0, 2, 1, 3), x.dim(0), x.dim(1), queries);
        return output.apply(gate == null ? merged : Ops.multiply(merged, Ops.sigmoid(gate)));
    }

    /** Half of what each head has, {@code [sequences, tokens, heads * headDim]}. */
    private MlxArray half(MlxArray both, int from) {
        int[] start = {0, 0, 0, from};
        int[] stop = {both.dim(0), both.dim(1), plan.heads(), from + heads.headDim()};
        return Ops.reshape(Ops.slice(both, start, stop), both.dim(0), both.dim(1), plan.heads() * heads.headDim());
    }

    /** Queries beyond the first positions grow, where the plan wants it. */
    private MlxArray grown(MlxArray q, int[] offsets) {
        DecoderPlan.QueryGrowth growth = plan.growth();
        int tokens = q.dim(2);
        if (growth == null || Arrays.stream(offsets).allMatch(offset -> offset + tokens <= growth.span())) {
            return q;
        }
        float[] factors = new float[offsets.length * tokens];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) growth.at(offsets[i / tokens] + i % tokens);
        }
        MlxArray each = Ops.astype(Ops.fromFloats(factors, offsets.length, 1, tokens, 1), q.dtype());
        return Ops.multiply(q, each);
    }

    private static MlxArray part(MlxArray x, int from, int width) {
        return Ops.slice(x, new int[] {0, 0, from}, new int[] {x.dim(0), x.dim(1), from + width});
    }

    private MlxArray split(MlxArray x, int count) {
        return Ops.reshape(x, x.dim(0), x.dim(1), count, heads.headDim());
    }

    private MlxArray normed(MlxArray x, Norm norm, int count) {
        return plan.headNorm() == HeadNorm.EACH_HEAD ? norm.apply(split(x, count)) : split(norm.apply(x), count);
    }

    /** @param x {@code [sequences, tokens, heads, headDim]}; the result has heads before tokens */
    private MlxArray turned(MlxArray x, int[] offsets) {
        MlxArray byHeads = Ops.transpose(x, 0, 2, 1, 3);
        return rotary == null ? byHeads : rotary.apply(byHeads, offsets);
    }
}
