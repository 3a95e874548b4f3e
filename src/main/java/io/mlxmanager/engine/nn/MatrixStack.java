package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.nn.Projection.PackedMatrix;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;
import java.util.function.IntFunction;

/** Matrices of one shape, of which every product chooses one: experts, or one for each head. The weights own the arrays. */
public sealed interface MatrixStack {

    /**
     * @param x {@code [..., rows, in]}; its leading axes are broadcast against those of the indices
     * @param indices integers, each choosing a matrix
     * @return {@code [shape of the indices, rows, out]}, without biases
     */
    MlxArray apply(MlxArray x, MlxArray indices);

    /** @param weight {@code [matrices, out, in]} */
    record Dense(MlxArray weight) implements MatrixStack {

        @Override
        public MlxArray apply(MlxArray x, MlxArray indices) {
            return Ops.gatherLinear(x, weight, indices);
        }
    }

    /** Packed matrices. */
    record Packed(PackedMatrix stack) implements MatrixStack {

        @Override
        public MlxArray apply(MlxArray x, MlxArray indices) {
            return QuantOps.gatherQmm(
                    x, stack.weight(), stack.scales(), stack.biases(), null, indices, true, stack.quantization());
        }

        /** Packed weights that are about to be multiplied by, again and again. */
        static Packed of(PackedMatrix stack) {
            QuantOps.prepare(stack.weight(), stack.scales(), stack.biases(), stack.quantization());
            return new Packed(stack);
        }
    }

    /** Loads matrices that lie in one tensor at {@code path}: packed when the files hold its scales. */
    static MatrixStack load(ModelWeights weights, String path, int count, int in, int out) {
        if (weights.has(path + ".scales")) {
            return Packed.of(PackedMatrix.loadStack(weights, path, count, in, out));
        }
        return new Dense(weights.floats(path + ".weight", count, out, in));
    }

    /**
     * As {@link #load}, or matrices that lie in a tensor each, as models have them before they are converted.
     *
     * @param single path of one of them, where there is no {@code path}
     */
    static MatrixStack load(ModelWeights weights, String path, IntFunction<String> single, int count, int in, int out) {
        boolean together = weights.has(path + ".weight") || !weights.has(single.apply(0) + ".weight");
        if (together) {
            return load(weights, path, count, in, out);
        }
        if (!weights.has(single.apply(0) + ".scales")) {
            MlxArray[] all = new MlxArray[count];
            for (int i = 0; i < count; i++) {
                all[i] = weights.floats(single.apply(i) + ".weight", out, in);
            }
            return new Dense(weights.stack(all));
        }
        PackedMatrix[] all = new PackedMatrix[count];
        for (int i = 0; i < count; i++) {
            all[i] = PackedMatrix.load(weights, single.apply(i), in, out);
            if (!all[i].quantization().equals(all[0].quantization())) {
                throw new ModelFormatException(single.apply(i) + ": packed otherwise than " + single.apply(0));
            }
        }
        return Packed.of(PackedMatrix.stacked(weights, all));
    }
}
