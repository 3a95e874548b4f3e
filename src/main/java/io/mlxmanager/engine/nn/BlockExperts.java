package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.nn.Experts.Sizes;
import io.mlxmanager.engine.nn.Experts.Stack;
import io.mlxmanager.engine.nn.Projection.PackedMatrix;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.Quantization;
import java.util.function.UnaryOperator;

/**
 * Experts as gpt-oss is published: four-bit floats in blocks of bytes, rows of gate and up in turns, biases likewise.
 */
final class BlockExperts {

    /** What the name of their first tensor ends with. */
    static final String MARK = ".gate_up_proj_blocks";

    private static final Quantization PACKING = Quantization.of("mxfp4", 32, 4);
    private static final int CODES_PER_WORD = 8;

    private BlockExperts() {}

    static Experts load(ModelWeights weights, String path, Sizes sizes, Router router, FeedForward.Gate activation) {
        int count = sizes.count();
        int hidden = sizes.hidden();
        PackedMatrix both = matrix(weights, path + ".gate_up_proj", count, sizes.features(), 2 * hidden);
        MlxArray biases = weights.floats(path + ".gate_up_proj_bias", count, 2 * hidden);
        MatrixStack down = MatrixStack.Packed.of(matrix(weights, path + ".down_proj", count, hidden, sizes.features()));
        return new Experts(
                router,
                half(weights, both, biases, sizes, 0),
                half(weights, both, biases, sizes, 1),
                new Stack(down, weights.floats(path + ".down_proj_bias", count, sizes.features())),
                activation);
    }

    private static PackedMatrix matrix(ModelWeights weights, String path, int count, int in, int out) {
        return new PackedMatrix(
                weights.words(path + "_blocks", count, out, in / CODES_PER_WORD),
                weights.typed(path + "_scales", Dtype.U8, count, out, in / PACKING.groupSize()),
                null,
                PACKING);
    }

    /** Every second row, from {@code first} on. */
    private static Stack half(ModelWeights weights, PackedMatrix both, MlxArray biases, Sizes sizes, int first) {
        UnaryOperator<MlxArray> rows = all -> {
            int columns = all.shape().length == 2 ? 1 : all.dim(2);
            MlxArray pairs = Ops.reshape(all, sizes.count(), sizes.hidden(), 2, columns);
            int[] stop = {sizes.count(), sizes.hidden(), first + 1, columns};
            return Ops.squeeze(Ops.slice(pairs, new int[] {0, 0, first, 0}, stop), 2);
        };
        PackedMatrix own = new PackedMatrix(
                weights.derive(() -> rows.apply(both.weight())),
                weights.derive(() -> rows.apply(both.scales())),
                null,
                PACKING);
        return new Stack(MatrixStack.Packed.of(own), weights.derive(() -> Ops.squeeze(rows.apply(biases), 2)));
    }
}
