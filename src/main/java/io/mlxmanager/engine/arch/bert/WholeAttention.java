package io.mlxmanager.engine.arch.bert;

import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.Mask;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** Attention in both directions, each head with keys and values of its own. */
final class WholeAttention {

    private WholeAttention() {}

    /** {@code [texts, tokens, hidden]} to {@code [texts, heads, tokens, headDim]}. */
    static MlxArray heads(MlxArray x, EncoderSizes sizes) {
        return Ops.transpose(Ops.reshape(x, x.dim(0), x.dim(1), sizes.heads(), sizes.headDim()), 0, 2, 1, 3);
    }

    /** Of heads; the result is {@code [texts, tokens, hidden]}. */
    static MlxArray attend(MlxArray q, MlxArray k, MlxArray v, EncoderSizes sizes, Mask mask) {
        MlxArray attended = FastOps.scaledDotProductAttention(q, k, v, sizes.scale(), mask, null);
        return Ops.reshape(Ops.transpose(attended, 0, 2, 1, 3), q.dim(0), q.dim(2), sizes.hidden());
    }
}
