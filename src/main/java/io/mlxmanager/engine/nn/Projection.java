package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;
import io.mlxmanager.mlx.Quantization;
import java.util.Arrays;
import java.util.function.Function;

/** A matrix that takes the last axis from {@code in} to {@code out} features, packed or not. The weights own the arrays. */
public sealed interface Projection {

    /** @param x {@code [..., in]}; the result is {@code [..., out]} */
    MlxArray apply(MlxArray x);

    /** @param bias null when the layer has none */
    record Dense(MlxArray weight, MlxArray bias) implements Projection {

        @Override
        public MlxArray apply(MlxArray x) {
            return Ops.linear(x, weight, bias);
        }
    }

    /** @param bias null when the layer has none */
    record Packed(PackedMatrix matrix, MlxArray bias) implements Projection {

        @Override
        public MlxArray apply(MlxArray x) {
            MlxArray y = QuantOps.quantizedMatmul(
                    x, matrix.weight(), matrix.scales(), matrix.biases(), true, matrix.quantization());
            return bias == null ? y : Ops.add(y, bias);
        }

        /** Packed weights that are about to be multiplied by, again and again. */
        static Packed of(PackedMatrix matrix, MlxArray bias) {
            QuantOps.prepare(matrix.weight(), matrix.scales(), matrix.biases(), matrix.quantization());
            return new Packed(matrix, bias);
        }
    }

    /** A projection that adapters of the sequences that go through it may change. */
    record Adaptable(Adaptables adaptables, String path, Projection plain, int in, int out) implements Projection {

        @Override
        public MlxArray apply(MlxArray x) {
            return adaptables.adapted(this, x, plain.apply(x));
        }

        /** The matrix as it is without an adapter, {@code [out, in]} in F32; owned by the innermost scope. */
        MlxArray matrix() {
            if (plain instanceof Packed packed) {
                PackedMatrix matrix = packed.matrix();
                return QuantOps.dequantize(
                        matrix.weight(), matrix.scales(), matrix.biases(), matrix.quantization(), Dtype.F32);
            }
            return Ops.astype(((Dense) plain).weight(), Dtype.F32);
        }

        MlxArray bias() {
            return plain instanceof Packed packed ? packed.bias() : ((Dense) plain).bias();
        }
    }

    /**
     * Loads the module at {@code path}: packed when the files hold its scales.
     *
     * @param hasBias whether the family adds a bias there
     */
    static Projection load(ModelWeights weights, String path, int in, int out, boolean hasBias) {
        MlxArray bias = hasBias ? weights.floats(path + ".bias", out) : null;
        Projection plain = weights.has(path + ".scales")
                ? Packed.of(PackedMatrix.load(weights, path, in, out), bias)
                : new Dense(weights.floats(path + ".weight", out, in), bias);
        return Adaptables.of(weights).adaptable(weights.inFile(path), plain, in, out);
    }

    /** A packed {@code [out, in]} matrix; {@code biases} is null for modes that have none. */
    record PackedMatrix(MlxArray weight, MlxArray scales, MlxArray biases, Quantization quantization) {

        /** Experts of one shape: {@code [experts, out, in]}. */
        static PackedMatrix loadStack(ModelWeights weights, String path, int experts, int in, int out) {
            return load(weights, path, in, new int[] {experts, out});
        }

        static PackedMatrix load(ModelWeights weights, String path, int in, int out) {
            return load(weights, path, in, new int[] {out});
        }

        /** Matrices of one shape and packing, one behind the other. */
        static PackedMatrix stacked(ModelWeights weights, PackedMatrix... all) {
            return new PackedMatrix(
                    weights.stack(each(all, PackedMatrix::weight)),
                    weights.stack(each(all, PackedMatrix::scales)),
                    all[0].biases == null ? null : weights.stack(each(all, PackedMatrix::biases)),
                    all[0].quantization);
        }

        private static MlxArray[] each(PackedMatrix[] all, Function<PackedMatrix, MlxArray> part) {
            return Arrays.stream(all).map(part).toArray(MlxArray[]::new);
        }

        private static PackedMatrix load(ModelWeights weights, String path, int in, int[] rows) {
            Quantization quantization = weights.quantization(path);
            int group = quantization.groupSize();
            if (in % group != 0 || (long) in * quantization.bits() % 32 != 0) {
                throw new ModelFormatException(path + ": " + in
                        + " input features, as config.json says, cannot be packed in groups of " + group);
            }
            int words = (int) ((long) in * quantization.bits() / 32);
            MlxArray packed = weights.typed(path + ".weight", Dtype.U32, with(rows, words));
            if (!quantization.hasBiases()) {
                return new PackedMatrix(
                        packed, weights.typed(path + ".scales", Dtype.U8, with(rows, in / group)), null, quantization);
            }
            return new PackedMatrix(
                    packed,
                    weights.floats(path + ".scales", with(rows, in / group)),
                    weights.floats(path + ".biases", with(rows, in / group)),
                    quantization);
        }

        private static int[] with(int[] rows, int columns) {
            int[] shape = Arrays.copyOf(rows, rows.length + 1);
            shape[rows.length] = columns;
            return shape;
        }
    }
}
