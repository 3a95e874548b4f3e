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
    private final TokenMixer mixer;
    private final FeedForward feedForward;
    private final BlockEnd end;

    Block(DecoderPlan plan, Parts parts, String path, int layer) {
        this.plan = plan;
        this.beforeAttention = parts.blockNorm(path, plan.norms().beforeAttention());
        this.afterAttention = parts.blockNorm(path, plan.norms().afterAttention());
        this.beforeFeedForward = parts.blockNorm(path, plan.norms().beforeFeedForward());
        this.afterFeedForward = parts.blockNorm(path, plan.norms().afterFeedForward());
        this.mixer = parts.mixer(path, layer);
        this.feedForward = parts.feedForward(path, layer);
        this.end = parts.blockEnd(path);
    }

    /** @param inputs what this layer reads of the tokens themselves, or null */
    MlxArray apply(MlxArray x, CacheView cache, int[] offsets, MlxArray inputs) {
        return end.apply(apply(x, cache, offsets), inputs);
    }

    MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        if (plan.parallel()) {
            MlxArray normed = beforeAttention.apply(x);
            return Ops.add(Ops.add(mixer.apply(normed, cache, offsets), feedForward.apply(normed)), x);
        }
        MlxArray attended = afterAttention.apply(mixer.apply(beforeAttention.apply(x), cache, offsets));
        MlxArray middle = add(x, attended);
        return add(middle, afterFeedForward.apply(feedForward.apply(beforeFeedForward.apply(middle))));
    }

    private MlxArray add(MlxArray x, MlxArray part) {
        return Ops.add(x, plan.residualScale() == 1 ? part : Ops.multiply(part, plan.residualScale()));
    }
}
