package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlxmanager.testing.NativeLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with weights that were prepared, as the layers of a model make them, against exact ones. */
@ExtendWith(NativeLibrary.class)
class PreparedWeightsTest {

    private static final int IN = 768;
    /** Not a multiple of the rows that a panel holds. */
    private static final int OUT = 150;

    /** Enough for matrices of sixteen rows, and some that are left over. */
    private static final int ROWS = 21;

    private final SplittableRandom random = new SplittableRandom(4);

    @AfterEach
    void usual() {
        MlxRuntime.isa("auto");
        MlxRuntime.exact(false);
        MlxRuntime.threads(0);
    }

    private static List<Quantization> layouts() {
        Stream<Quantization> affine = Stream.of(2, 3, 4, 5, 6, 8)
                .flatMap(bits -> Stream.of(32, 64, 128).map(group -> Quantization.affine(group, bits)));
        Stream<Quantization> floating = Stream.of(
                new Quantization(Quantization.Mode.MXFP4, 32, 4),
                new Quantization(Quantization.Mode.MXFP8, 32, 8),
                new Quantization(Quantization.Mode.NVFP4, 16, 4));
        return Stream.concat(affine, floating).toList();
    }

    /** Those that the kernels have a form of their own for; the others are unpacked first. */
    private static Stream<Arguments> preparedLayoutsOfEachInstructionSet() {
        return layoutsOfEachInstructionSet()
                .filter(arguments -> ((Quantization) arguments.get()[1]).groupSize() >= 32)
                .filter(arguments -> ((Quantization) arguments.get()[1]).mode() != Quantization.Mode.MXFP8);
    }

    private static Stream<Arguments> layoutsOfEachInstructionSet() {
        return InstructionSets.available().stream()
                .flatMap(isa -> layouts().stream().map(layout -> Arguments.of(isa, layout)));
    }

    private MlxArray floats(int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Ops.fromFloats(values, shape);
    }

    private static MlxArray product(MlxArray x, QuantOps.Quantized w, Quantization layout) {
        return QuantOps.quantizedMatmul(x, w.weight(), w.scales(), w.biases(), true, layout);
    }

    private static void prepare(QuantOps.Quantized w, Quantization layout) {
        QuantOps.prepare(w.weight(), w.scales(), w.biases(), layout);
    }

    /** Root of the mean square of the differences, in units of that of the exact numbers. */
    private static double distance(float[] found, float[] exact) {
        double differences = 0;
        double squares = 0;
        for (int i = 0; i < exact.length; i++) {
            differences += Math.pow(found[i] - exact[i], 2);
            squares += Math.pow(exact[i], 2);
        }
        return Math.sqrt(differences / squares);
    }

    @ParameterizedTest
    @MethodSource("layoutsOfEachInstructionSet")
    void activationsOfEightBitsCostAtMostAHundredth(String isa, Quantization layout) {
        MlxRuntime.isa(isa);
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(ROWS, IN);
            QuantOps.Quantized w = QuantOps.quantize(floats(OUT, IN), layout);
            MlxArray unpacked = QuantOps.dequantize(w.weight(), w.scales(), w.biases(), layout, Dtype.F32);
            float[] exact = Ops.linear(x, unpacked, null).toFloats();
            prepare(w, layout);
            assertThat(distance(product(x, w, layout).toFloats(), exact)).isLessThan(0.01);
        }
    }

    @ParameterizedTest
    @MethodSource("preparedLayoutsOfEachInstructionSet")
    void aRowComesOutTheSameWhateverIsMultipliedBesideIt(String isa, Quantization layout) {
        MlxRuntime.isa(isa);
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(ROWS, IN);
            QuantOps.Quantized w = QuantOps.quantize(floats(OUT, IN), layout);
            prepare(w, layout);
            float[] together = product(x, w, layout).toFloats();
            for (int row = 0; row < ROWS; row++) {
                MlxArray alone = Ops.slice(x, new int[] {row, 0}, new int[] {row + 1, IN});
                assertThat(product(alone, w, layout).toFloats())
                        .as("row %d", row)
                        .isEqualTo(Arrays.copyOfRange(together, row * OUT, (row + 1) * OUT));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void exactProductsAreTheSameToTheBitForAnyNumberOfThreads(Quantization layout) {
        assumeTrue(MlxRuntime.backend().equals("cpu"), "The threads are those of our own back end");
        MlxRuntime.exact(true);
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(ROWS, IN);
            QuantOps.Quantized w = QuantOps.quantize(floats(OUT * 20, IN), layout);
            for (int rows : new int[] {1, ROWS}) {
                MlxArray some = Ops.slice(x, new int[] {0, 0}, new int[] {rows, IN});
                MlxRuntime.threads(1);
                float[] alone = product(some, w, layout).toFloats();
                for (int threads : new int[] {2, 3, 5}) {
                    MlxRuntime.threads(threads);
                    assertThat(product(some, w, layout).toFloats())
                            .as("%d threads", threads)
                            .isEqualTo(alone);
                }
            }
        }
    }
}
