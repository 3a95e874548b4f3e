package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.decoder.DecoderPlan.HeadNorm;
import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.Rotary;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** Attention of one layer, heads of queries sharing heads of keys and values. */
final class Attention {

    private final DecoderPlan plan;
    private final int layer;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;
    private final Norm queryNorm;
    private final Norm keyNorm;
    private final Rotary rotary;

    Attention(DecoderPlan plan, Parts parts, String path, int layer) {
        this.plan = plan;
        this.layer = layer;
        int hidden = plan.hidden();
        int queries = plan.heads() * plan.headDim();
        int keys = plan.kvHeads() * plan.headDim();
        if (plan.fusedQueries()) {
            query = parts.projection(path + ".qkv_proj", hidden, queries + 2 * keys, plan.queryBias());
            key = null;
            value = null;
        } else {
            query = parts.projection(path + ".q_proj", hidden, queries, plan.queryBias());
            key = parts.projection(path + ".k_proj", hidden, keys, plan.queryBias());
            value = parts.projection(path + ".v_proj", hidden, keys, plan.queryBias());
        }
        output = parts.projection(path + ".o_proj", queries, hidden, plan.outputBias());
        boolean each = plan.headNorm() == HeadNorm.EACH_HEAD;
        queryNorm = plan.headNorm() == HeadNorm.NONE
                ? Norm.NONE
                : parts.norm(path + ".q_norm", each ? plan.headDim() : queries);
        keyNorm = plan.headNorm() == HeadNorm.NONE
                ? Norm.NONE
                : parts.norm(path + ".k_norm", each ? plan.headDim() : keys);
        rotary = parts.rotary(layer);
    }

    /** @param x {@code [sequences, tokens, hidden]}; so is the result */
    MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        MlxArray q = query.apply(x);
        MlxArray k;
        MlxArray v;
        if (plan.fusedQueries()) {
            int queries = plan.heads() * plan.headDim();
            int keys = plan.kvHeads() * plan.headDim();
            k = part(q, queries, keys);
            v = part(q, queries + keys, keys);
            q = part(q, 0, queries);
        } else {
            k = key.apply(x);
            v = value.apply(x);
        }
        q = turned(normed(q, queryNorm, plan.heads()), offsets);
        k = turned(normed(k, keyNorm, plan.kvHeads()), offsets);
        v = Ops.transpose(heads(v, plan.kvHeads()), 0, 2, 1, 3);
        int window = plan.layerPlans().get(layer).window();
        MlxArray attended = cache.attend(layer, q, k, v, plan.attentionScale(), window, null);
        return output.apply(
                Ops.reshape(Ops.transpose(attended, 0, 2, 1, 3), x.dim(0), x.dim(1), plan.heads() * plan.headDim()));
    }

    private static MlxArray part(MlxArray x, int from, int width) {
        return Ops.slice(x, new int[] {0, 0, from}, new int[] {x.dim(0), x.dim(1), from + width});
    }

    private MlxArray heads(MlxArray x, int heads) {
        return Ops.reshape(x, x.dim(0), x.dim(1), heads, plan.headDim());
    }

    private MlxArray normed(MlxArray x, Norm norm, int heads) {
        return plan.headNorm() == HeadNorm.EACH_HEAD ? norm.apply(heads(x, heads)) : heads(norm.apply(x), heads);
    }

    /** @param x {@code [sequences, tokens, heads, headDim]}; the result has heads before tokens */
    private MlxArray turned(MlxArray x, int[] offsets) {
        MlxArray byHeads = Ops.transpose(x, 0, 2, 1, 3);
        return rotary == null ? byHeads : rotary.apply(byHeads, offsets);
    }
}
