package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.nn.Projection.PackedMatrix;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;
import java.util.function.UnaryOperator;

/**
 * What one matrix holds that has two matrices for each of several heads, one behind the other.
 *
 * @param firstTurned the first of each, {@code [first, in]} in the file, as one from {@code first} to {@code in} features
 * @param second the second of each, from {@code in} features to {@code second}
 */
public record PairedMatrices(MatrixStack firstTurned, MatrixStack second) {

    /**
     * @param in features that the matrix reads
     * @param first rows of a head's first matrix
     * @param second rows of a head's second matrix
     */
    public static PairedMatrices load(ModelWeights weights, String path, int heads, int in, int first, int second) {
        int rows = first + second;
        UnaryOperator<MlxArray> firsts = all -> part(all, heads, rows, 0, first);
        UnaryOperator<MlxArray> seconds = all -> part(all, heads, rows, first, rows);
        if (!weights.has(path + ".scales")) {
            MlxArray all = weights.floats(path + ".weight", heads * rows, in);
            return new PairedMatrices(
                    new MatrixStack.Dense(weights.derive(() -> Ops.transpose(firsts.apply(all), 0, 2, 1))),
                    new MatrixStack.Dense(weights.derive(() -> seconds.apply(all))));
        }
        PackedMatrix all = PackedMatrix.load(weights, path, in, heads * rows);
        // Packed rows cannot be turned round without packing them again, which would cost accuracy.
        Dtype type = all.biases() == null ? Dtype.BF16 : all.scales().dtype();
        MlxArray turned = weights.derive(() -> Ops.transpose(unpacked(all, firsts, type), 0, 2, 1));
        PackedMatrix rest = new PackedMatrix(
                weights.derive(() -> seconds.apply(all.weight())),
                weights.derive(() -> seconds.apply(all.scales())),
                all.biases() == null ? null : weights.derive(() -> seconds.apply(all.biases())),
                all.quantization());
        return new PairedMatrices(new MatrixStack.Dense(turned), MatrixStack.Packed.of(rest));
    }

    private static MlxArray unpacked(PackedMatrix all, UnaryOperator<MlxArray> part, Dtype type) {
        return QuantOps.dequantize(
                part.apply(all.weight()),
                part.apply(all.scales()),
                all.biases() == null ? null : part.apply(all.biases()),
                all.quantization(),
                type);
    }

    private static MlxArray part(MlxArray all, int heads, int rows, int from, int to) {
        int columns = all.dim(1);
        return Ops.slice(
                Ops.reshape(all, heads, rows, columns), new int[] {0, from, 0}, new int[] {heads, to, columns});
    }
}
