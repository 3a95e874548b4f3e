package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.testing.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that Java passes down may abort the process: every mistake comes back as an exception that says what it was. */
@ExtendWith(NativeLibrary.class)
class BadInputTest {

    @TempDir
    Path folder;

    private MlxScope scope;
    private MlxArray floats;
    private MlxArray codes;
    private MlxArray scales;
    private static final Quantization FOUR = Quantization.affine(64, 4);

    @BeforeEach
    void open() {
        scope = MlxScope.open();
        floats = Ops.fromFloats(new float[6], 2, 3);
        codes = Ops.zeros(Dtype.U32, 4, 8);
        scales = Ops.zeros(Dtype.F32, 4, 1);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static void refused(String what, Executable mistake) {
        assertThatThrownBy(mistake::execute).as(what).isInstanceOf(MlxException.class);
    }

    @Test
    void wrongShapesAreRefused() {
        MlxArray other = Ops.zeros(Dtype.F32, 4, 5);
        refused("add", () -> Ops.add(floats, other));
        refused("matmul", () -> Ops.matmul(floats, other));
        refused("linear", () -> Ops.linear(floats, other, null));
        refused("reshape", () -> Ops.reshape(floats, 4));
        refused("reshape twice open", () -> Ops.reshape(floats, -1, -1));
        refused("reshape negative", () -> Ops.reshape(floats, -2, 3));
        refused("transpose", () -> Ops.transpose(floats, 0, 0));
        refused("transpose axis", () -> Ops.transpose(floats, 0, 7));
        refused("slice", () -> Ops.slice(floats, new int[] {0, 0}, new int[] {3, 3}));
        refused("slice backwards", () -> Ops.slice(floats, new int[] {1, 0}, new int[] {0, 3}));
        refused("slice rank", () -> Ops.slice(floats, new int[] {0}, new int[] {1}));
        refused("concatenate", () -> Ops.concatenate(0, floats, other));
        refused("concatenate nothing", () -> Ops.concatenate(0));
        refused("squeeze", () -> Ops.squeeze(floats, 0));
        refused("broadcastTo", () -> Ops.broadcastTo(floats, 5, 5));
        refused("values for a shape", () -> Ops.fromFloats(new float[5], 2, 3));
        refused("nine axes", () -> Ops.zeros(Dtype.F32, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        refused("rmsNorm weight", () -> FastOps.rmsNorm(floats, other, 1e-6));
        refused("rope dims", () -> FastOps.rope(floats, 8, false, 10000, 1, 0));
        refused("rope odd dims", () -> FastOps.rope(floats, 3, false, 10000, 1, 0));
    }

    @Test
    void wrongAxesAndIndicesAreRefused() {
        refused("sum axis", () -> Ops.sum(floats, 2, false));
        refused("softmax axis", () -> Ops.softmax(floats, -3));
        refused("argmax axis", () -> Ops.argmax(floats, 9));
        refused("take beyond", () -> Ops.takeRows(floats, 2));
        refused("take negative", () -> Ops.takeRows(floats, -1));
        refused("take far beyond", () -> Ops.takeRows(floats, 1_000_000_000));
        refused("take along", () -> Ops.take(floats, Ops.fromInts(new int[] {3}, 1), 1));
        refused("topk", () -> Ops.topk(floats, 4, 1));
        refused("embedding", () -> QuantOps.gatherDequantize(codes, scales, scales, new int[] {4}, FOUR, Dtype.F32));
    }

    @Test
    void wrongTypesAreRefused() {
        refused("softmax of integers", () -> Ops.softmax(codes, -1));
        refused("packed floats", () -> QuantOps.quantizedMatmul(floats, floats, scales, scales, true, FOUR));
        refused("float indices", () -> Ops.take(floats, floats, 0));
        refused("key of floats", () -> RandomOps.bits(floats, 3));
        refused("integer store", () -> KvStore.create(1, 8, Dtype.I32));
        refused("unpack to integers", () -> QuantOps.dequantize(codes, scales, scales, FOUR, Dtype.I32));
        refused("unknown mode", () -> Quantization.of("fp3", 64, 3));
        refused("impossible bits", () -> Quantization.affine(64, 7));
    }

    @Test
    void packedWeightsMustFitTogether() {
        MlxArray x = Ops.zeros(Dtype.F32, 1, 64);
        refused("missing biases", () -> QuantOps.quantizedMatmul(x, codes, scales, null, true, FOUR));
        refused(
                "short scales",
                () -> QuantOps.quantizedMatmul(x, codes, Ops.zeros(Dtype.F32, 3, 1), scales, true, FOUR));
        refused("x of another length", () -> QuantOps.quantizedMatmul(floats, codes, scales, scales, true, FOUR));
        refused(
                "other bits",
                () -> QuantOps.quantizedMatmul(x, codes, scales, scales, true, Quantization.affine(64, 8)));
        refused("indivisible", () -> QuantOps.quantize(floats, FOUR));
    }

    @Test
    void impossibleSizesAreRefused() {
        refused("negative", () -> Ops.zeros(Dtype.F32, -1));
        refused("overflow", () -> Ops.zeros(Dtype.F32, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
        refused("16 TB", () -> Ops.zeros(Dtype.F32, 2_000_000, 2_000_000));
        refused("broadcast to 16 TB", () -> Ops.eval(Ops.broadcastTo(Ops.zeros(Dtype.F32, 1), 2_000_000, 2_000_000)));
        assertThat(Ops.add(Ops.zeros(Dtype.F32, 0, 3), 1).shape()).containsExactly(0, 3);
        assertThat(Ops.sum(Ops.zeros(Dtype.F32, 2, 0), 1, false).toFloats()).containsExactly(0, 0);
        refused("best of nothing", () -> Ops.argmax(Ops.zeros(Dtype.F32, 2, 0), 1));
    }

    @Test
    void twoToTheThirtyOneElementsAreCountedOrRefused() {
        try {
            MlxArray bytes = Ops.zeros(Dtype.U8, 1 << 16, 1 << 15);
            assertThat(bytes.size()).isEqualTo(1L << 31);
            refused("too many for Java", bytes::toBytes);
        } catch (MlxException tooLarge) {
            assertThat(tooLarge).hasMessageContaining("65536");
        }
    }

    @Test
    void arraysThatAreGoneAreRefused() {
        MlxArray kept = Ops.add(floats, 1).keep();
        kept.close();
        kept.close();
        refused("use after close", () -> Ops.add(kept, 1));
        MlxArray stale;
        try (MlxScope inner = MlxScope.open()) {
            stale = Ops.add(floats, 1);
        }
        refused("use after its scope", stale::toFloats);
        refused("keep after its scope", stale::keep);
    }

    @Test
    void scopesBelongToTheirThread() throws InterruptedException {
        AtomicReference<Throwable> found = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                Ops.add(floats, 1);
            } catch (MlxException e) {
                found.set(e);
            }
        });
        other.start();
        other.join();
        assertThat(found.get()).isInstanceOf(MlxException.class);
        MlxScope inner = MlxScope.open();
        refused("outer before inner", scope::close);
        inner.close();
    }

    @Test
    void storesCheckWhatTheyAreGiven() {
        try (KvStore store = KvStore.create(2, 8, Dtype.F32)) {
            MlxArray good = Ops.zeros(Dtype.F32, 1, 2, 3, 8);
            refused("other heads", () -> store.append(Ops.zeros(Dtype.F32, 1, 1, 3, 8), good));
            refused("other lengths", () -> store.append(good, Ops.zeros(Dtype.F32, 1, 2, 2, 8)));
            refused("nothing stored", () -> store.attend(Ops.zeros(Dtype.F32, 1, 4, 1, 8), AttentionRule.scaled(1)));
            store.append(good, good);
            refused("other head size", () -> store.attend(Ops.zeros(Dtype.F32, 1, 4, 1, 4), AttentionRule.scaled(1)));
            refused(
                    "negative cap",
                    () -> store.attend(Ops.zeros(Dtype.F32, 1, 4, 1, 8), new AttentionRule(1, 0, -1, null)));
            refused(
                    "heads that do not divide",
                    () -> store.attend(Ops.zeros(Dtype.F32, 1, 3, 1, 8), AttentionRule.scaled(1)));
            refused("trim beyond", () -> store.trim(4));
            refused("trim negative", () -> store.trim(-1));
            assertThat(store.length()).isEqualTo(3);
        }
        KvStore closed = KvStore.create(1, 8, Dtype.F16);
        closed.close();
        closed.close();
        refused("closed store", closed::length);
    }

    @Test
    void weightFilesAreReadInsideTheirBoundsOnly() throws IOException {
        Path file = Files.write(folder.resolve("weights"), new byte[100]);
        refused("no such file", () -> WeightFile.map(folder.resolve("absent")));
        refused("a folder", () -> WeightFile.map(folder));
        MlxArray view;
        try (WeightFile weights = WeightFile.map(file)) {
            refused("beyond", () -> weights.array("t", Dtype.F32, new int[] {25}, 4));
            refused("negative offset", () -> weights.array("t", Dtype.U8, new int[] {1}, -1));
            refused("huge offset", () -> weights.array("t", Dtype.U8, new int[] {1}, Long.MAX_VALUE));
            refused("huge shape", () -> weights.array("t", Dtype.F32, new int[] {1 << 30, 1 << 30}, 0));
            assertThat(weights.array("odd", Dtype.F32, new int[] {2}, 3).toFloats())
                    .containsExactly(0, 0);
            view = weights.array("t", Dtype.F32, new int[] {25}, 0);
        }
        assertThat(view.toFloats()).hasSize(25);
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        try (WeightFile weights = WeightFile.map(empty)) {
            refused("of an empty file", () -> weights.array("t", Dtype.U8, new int[] {1}, 0));
        }
    }

    @Test
    void randomCallsNeverDoWorseThanAnException() {
        for (int seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            try (MlxScope inner = MlxScope.open()) {
                randomCall(random);
            } catch (MlxException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isNotEmpty();
            }
        }
    }

    private static void randomCall(Random random) {
        MlxArray a = randomArray(random);
        MlxArray b = randomArray(random);
        int axis = random.nextInt(7) - 3;
        switch (random.nextInt(22)) {
            case 0 -> Ops.add(a, b);
            case 1 -> Ops.multiply(a, b);
            case 2 -> Ops.matmul(a, b);
            case 3 -> Ops.linear(a, b, null);
            case 4 -> Ops.softmax(a, axis);
            case 5 -> Ops.sum(a, axis, random.nextBoolean());
            case 6 -> Ops.argsort(a, axis);
            case 7 -> Ops.concatenate(axis, a, b);
            case 8 -> Ops.reshape(a, randomShape(random));
            case 9 -> Ops.transpose(a, randomShape(random));
            case 10 -> Ops.slice(a, randomShape(random), randomShape(random));
            case 11 -> Ops.broadcastTo(a, randomShape(random));
            case 12 -> Ops.take(a, b, axis);
            case 13 -> Ops.takeAlongAxis(a, b, axis);
            case 14 -> Ops.where(a, b, a);
            case 15 -> FastOps.rmsNorm(a, random.nextBoolean() ? b : null, 1e-6);
            case 16 -> FastOps.rope(a, random.nextInt(9), random.nextBoolean(), 10000, 1, random.nextInt(5));
            case 17 -> FastOps.scaledDotProductAttention(a, b, b, 1, Mask.causal(), null);
            case 18 -> QuantOps.quantizedMatmul(a, b, a, b, random.nextBoolean(), FOUR);
            case 19 -> QuantOps.dequantize(a, b, b, FOUR, Dtype.F32);
            case 20 ->
                Ops.astype(a, Dtype.values()[random.nextInt(Dtype.values().length)])
                        .toInts();
            default -> Ops.cumsum(Ops.power(a, b), axis).toFloats();
        }
    }

    private static MlxArray randomArray(Random random) {
        Dtype dtype = Dtype.values()[random.nextInt(Dtype.values().length)];
        return Ops.full(dtype, random.nextInt(5), randomShape(random));
    }

    private static int[] randomShape(Random random) {
        return random.ints(random.nextInt(5), 0, 5).toArray();
    }
}
