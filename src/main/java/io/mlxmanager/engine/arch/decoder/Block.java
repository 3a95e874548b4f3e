package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.FeedForward;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** One layer: attention and a feed-forward part, each added to the stream, with norms where the plan wants them. */
final class Block {

    private final DecoderPlan plan;
    private final Norm beforeAttention;
    private final Norm afterAttention;
    private final Norm beforeFeedForward;
    private final Norm afterFeedForward;
    private final Attention attention;
    private final FeedForward feedForward;

    Block(DecoderPlan plan, Parts parts, String path, int layer) {
        this.plan = plan;
        this.beforeAttention = parts.blockNorm(path, plan.norms().beforeAttention());
        this.afterAttention = parts.blockNorm(path, plan.norms().afterAttention());
        this.beforeFeedForward = parts.blockNorm(path, plan.norms().beforeFeedForward());
        this.afterFeedForward = parts.blockNorm(path, plan.norms().afterFeedForward());
        this.attention = new Attention(plan, parts, path + ".self_attn", layer);
        this.feedForward = parts.feedForward(path + ".mlp", layer);
    }

    MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        if (plan.parallel()) {
            MlxArray normed = beforeAttention.apply(x);
            return Ops.add(Ops.add(attention.apply(normed, cache, offsets), feedForward.apply(normed)), x);
        }
        MlxArray attended = afterAttention.apply(attention.apply(beforeAttention.apply(x), cache, offsets));
        MlxArray middle = add(x, attended);
        return add(middle, afterFeedForward.apply(feedForward.apply(beforeFeedForward.apply(middle))));
    }

    private MlxArray add(MlxArray x, MlxArray part) {
        return Ops.add(x, plan.residualScale() == 1 ? part : Ops.multiply(part, plan.residualScale()));
    }
}
