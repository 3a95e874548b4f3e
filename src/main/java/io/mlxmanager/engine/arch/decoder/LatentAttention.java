package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.cache.CacheView;
import io.mlxmanager.engine.nn.MatrixStack;
import io.mlxmanager.engine.nn.Norm;
import io.mlxmanager.engine.nn.Projection;
import io.mlxmanager.engine.nn.Rotary;
import io.mlxmanager.mlx.AttentionRule;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/**
 * Attention of one layer over latent vectors. Instead of making each head's keys from what is stored, its queries are
 * brought to the stored vectors, and its values are made from what attention has gathered of them.
 */
final class LatentAttention implements TokenMixer {

    private final int layer;
    private final int heads;
    private final LatentPlan sizes;
    private final Projection queryDown;
    private final Norm queryNorm;
    private final Projection query;
    private final Projection down;
    private final Norm downNorm;
    private final LatentMatrices matrices;
    private final Projection output;
    private final Rotary rotary;
    private final AttentionRule rule;

    LatentAttention(DecoderPlan plan, Parts parts, String path, int layer) {
        this.layer = layer;
        this.heads = plan.heads();
        this.sizes = plan.latent();
        int queries = heads * sizes.queryDim();
        if (sizes.queryRank() == 0) {
            queryDown = null;
            queryNorm = Norm.NONE;
            query = parts.projection(path + ".q_proj", plan.hidden(), queries, false);
        } else {
            queryDown = parts.projection(path + ".q_a_proj", plan.hidden(), sizes.queryRank(), plan.queryBias());
            queryNorm = parts.norm(path + ".q_a_layernorm", sizes.queryRank(), sizes.normEps());
            query = parts.projection(path + ".q_b_proj", sizes.queryRank(), queries, false);
        }
        down = parts.projection(
                path + ".kv_a_proj_with_mqa", plan.hidden(), sizes.keyRank() + sizes.turnedDim(), plan.queryBias());
        downNorm = parts.norm(path + ".kv_a_layernorm", sizes.keyRank(), sizes.normEps());
        matrices = parts.latentMatrices(path);
        output = parts.projection(path + ".o_proj", heads * sizes.valueDim(), plan.hidden(), plan.outputBias());
        rotary = parts.rotary(layer);
        rule = parts.rule(path, layer);
    }

    /**
     * A matrix for each head.
     *
     * @param toKeys from a head's plain query to the stored vector
     * @param toValues from the stored vector to a head's value
     * @param each {@code [heads]}, the number of each head
     */
    record LatentMatrices(MatrixStack toKeys, MatrixStack toValues, MlxArray each) {}

    @Override
    public MlxArray apply(MlxArray x, CacheView cache, int[] offsets) {
        MlxArray q = query.apply(queryDown == null ? x : queryNorm.apply(queryDown.apply(x)));
        q = Ops.transpose(Ops.reshape(q, x.dim(0), x.dim(1), heads, sizes.queryDim()), 0, 2, 1, 3);
        MlxArray plain = matrices.toKeys().apply(part(q, 0, sizes.plainDim()), matrices.each());
        MlxArray turned = rotary.apply(part(q, sizes.plainDim(), sizes.queryDim()), offsets);
        MlxArray queries = Ops.concatenate(3, plain, turned);

        MlxArray stored = Ops.expandDims(down.apply(x), 1);
        MlxArray latent = downNorm.apply(part(stored, 0, sizes.keyRank()));
        MlxArray turnedKey = rotary.apply(part(stored, sizes.keyRank(), sizes.keyRank() + sizes.turnedDim()), offsets);
        MlxArray keys = Ops.concatenate(3, latent, turnedKey);

        MlxArray gathered = cache.attend(layer, queries, keys, null, rule);
        MlxArray values = matrices.toValues().apply(gathered, matrices.each());
        return output.apply(
                Ops.reshape(Ops.transpose(values, 0, 2, 1, 3), x.dim(0), x.dim(1), heads * sizes.valueDim()));
    }

    private static MlxArray part(MlxArray x, int from, int to) {
        return Ops.slice(x, new int[] {0, 0, 0, from}, new int[] {x.dim(0), x.dim(1), x.dim(2), to});
    }
}
