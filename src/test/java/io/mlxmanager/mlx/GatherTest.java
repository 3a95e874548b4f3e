package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.testing.NativeLibrary;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with chosen matrices of a stack, against the product with each of them alone. */
@ExtendWith(NativeLibrary.class)
class GatherTest {

    private static final int MATRICES = 5;
    private static final int IN = 64;
    private static final int OUT = 40;
    private static final int TOKENS = 23;
    private static final int CHOSEN = 2;

    private final SplittableRandom random = new SplittableRandom(8);

    private static List<String> instructionSets() {
        return InstructionSets.available();
    }

    @AfterEach
    void usual() {
        MlxRuntime.isa("auto");
        MlxRuntime.exact(false);
    }

    private MlxArray floats(int... shape) {
        int size = 1;
        for (int axis : shape) {
            size *= axis;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Ops.fromFloats(values, shape);
    }

    private int[] choice() {
        // Some matrices are chosen by many, one by nobody.
        return random.ints(TOKENS * CHOSEN, 0, MATRICES - 1).toArray();
    }

    private static MlxArray part(MlxArray x, int index) {
        int[] start = new int[x.shape().length];
        int[] stop = x.shape();
        start[0] = index;
        stop[0] = index + 1;
        return Ops.squeeze(Ops.slice(x, start, stop), 0);
    }

    private static void assertRows(MlxArray found, MlxArray x, int[] choice, MlxArray stack) {
        assertThat(found.shape()).containsExactly(TOKENS, CHOSEN, 1, OUT);
        float[] all = found.toFloats();
        for (int i = 0; i < choice.length; i++) {
            float[] expected = Ops.linear(part(x, i / CHOSEN), part(stack, choice[i]), null)
                    .toFloats();
            for (int j = 0; j < OUT; j++) {
                assertThat(all[i * OUT + j]).as("row %d", i).isCloseTo(expected[j], within(2e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("instructionSets")
    void rowsMeetTheMatricesTheyChose(String isa) {
        MlxRuntime.isa(isa);
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(TOKENS, IN);
            MlxArray stack = floats(MATRICES, OUT, IN);
            int[] choice = choice();
            MlxArray found =
                    Ops.gatherLinear(Ops.reshape(x, TOKENS, 1, 1, IN), stack, Ops.fromInts(choice, TOKENS, CHOSEN));
            assertRows(found, x, choice, stack);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dtype.class,
            names = {"F16", "BF16"})
    void halvesMultiplyAsTheyAre(Dtype type) {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(TOKENS, IN);
            MlxArray stack = Ops.astype(floats(MATRICES, OUT, IN), type);
            int[] choice = choice();
            MlxArray found =
                    Ops.gatherLinear(Ops.reshape(x, TOKENS, 1, 1, IN), stack, Ops.fromInts(choice, TOKENS, CHOSEN));
            assertThat(found.dtype()).isEqualTo(Dtype.F32);
            assertRows(found, x, choice, Ops.astype(stack, Dtype.F32));
        }
    }

    @ParameterizedTest
    @MethodSource("instructionSets")
    void packedRowsMeetTheMatricesTheyChose(String isa) {
        MlxRuntime.isa(isa);
        MlxRuntime.exact(true);
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(TOKENS, IN);
            Quantization rule = Quantization.affine(32, 4);
            QuantOps.Quantized stack = QuantOps.quantize(floats(MATRICES, OUT, IN), rule);
            int[] choice = choice();
            MlxArray found = QuantOps.gatherQmm(
                    Ops.reshape(x, TOKENS, 1, 1, IN),
                    stack.weight(),
                    stack.scales(),
                    stack.biases(),
                    null,
                    Ops.fromInts(choice, TOKENS, CHOSEN),
                    true,
                    rule);
            MlxArray unpacked = QuantOps.dequantize(stack.weight(), stack.scales(), stack.biases(), rule, Dtype.F32);
            assertRows(found, x, choice, unpacked);
        }
    }

    @Test
    void aMatrixForEachHead() {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(2, MATRICES, 3, IN);
            MlxArray stack = floats(MATRICES, OUT, IN);
            MlxArray found = Ops.gatherLinear(x, stack, Ops.fromInts(new int[] {0, 1, 2, 3, 4}, MATRICES));
            assertThat(found.shape()).containsExactly(2, MATRICES, 3, OUT);
            float[] all = found.toFloats();
            for (int i = 0; i < 2 * MATRICES; i++) {
                float[] expected = Ops.linear(
                                part(part(x, i / MATRICES), i % MATRICES), part(stack, i % MATRICES), null)
                        .toFloats();
                for (int j = 0; j < expected.length; j++) {
                    assertThat(all[i * expected.length + j]).isCloseTo(expected[j], within(2e-4f));
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = floats(2, 1, IN);
            MlxArray stack = floats(MATRICES, OUT, IN);
            for (int wrong : new int[] {-1, MATRICES, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> Ops.gatherLinear(x, stack, Ops.fromInts(new int[] {0, wrong}, 2)))
                        .isInstanceOf(MlxException.class);
            }
            MlxArray indices = Ops.fromInts(new int[] {0, 1}, 2);
            assertThatThrownBy(() -> Ops.gatherLinear(x, part(stack, 0), indices))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> Ops.gatherLinear(x, floats(MATRICES, OUT, IN - 1), indices))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> Ops.gatherLinear(x, stack, Ops.fromInts(new int[3], 3)))
                    .isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> Ops.gatherLinear(x, stack, floats(2))).isInstanceOf(MlxException.class);
            assertThatThrownBy(() -> Ops.gatherLinear(floats(IN), stack, indices))
                    .isInstanceOf(MlxException.class);
        }
    }
}
