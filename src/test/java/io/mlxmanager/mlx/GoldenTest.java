package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of numbers from real MLX, on every instruction set of this machine, exact and fast. */
@ExtendWith(NativeLibrary.class)
class GoldenTest {

    private MlxScope scope;

    @BeforeEach
    void open() {
        scope = MlxScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
        MlxRuntime.exact(false);
        MlxRuntime.isa("auto");
    }

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (GoldenFile file : GoldenFile.all()) {
            for (String isa : InstructionSets.available()) {
                cases.add(Arguments.of(file, isa, true));
                cases.add(Arguments.of(file, isa, false));
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0} {1} exact={2}")
    @MethodSource("cases")
    void agreesWithMlx(GoldenFile file, String isa, boolean exact) {
        MlxRuntime.isa(isa);
        MlxRuntime.exact(exact);
        String kind = file.name().replaceAll("_.*", "");
        switch (kind) {
            case "activations" -> activations(file);
            case "gather" -> gatherQmm(file);
            case "layer" -> layerNorm(file);
            case "qmm" -> qmmNoTranspose(file);
            case "quant" -> quantisation(file, exact);
            case "random" -> random(file);
            case "rms" -> rmsNorm(file);
            case "rope" -> rope(file);
            case "sdpa" -> attention(file);
            default -> throw new AssertionError("no test for " + file.name());
        }
    }

    private static void activations(GoldenFile file) {
        MlxArray x = file.input("x");
        double tolerance = x.dtype() == Dtype.F32 ? 1e-5 : 8e-3;
        check(file, file.gives("softmax") ? "softmax" : "softmax_precise", Ops.softmax(x, -1), tolerance);
        check(file, "silu", Ops.silu(x), x.dtype() == Dtype.F32 ? 1e-5 : 3e-2);
        if (!file.gives("softmax")) {
            return;
        }
        check(file, "logsumexp", Ops.logsumexp(x, -1, true), 1e-5);
        check(file, "sigmoid", Ops.sigmoid(x), 1e-5);
        check(file, "gelu_erf", Ops.gelu(x, Gelu.ERF), 1e-5);
        check(file, "gelu_tanh", Ops.gelu(x, Gelu.TANH), 1e-5);
        check(file, "gelu_fast", Ops.gelu(x, Gelu.FAST), 1e-5);
        check(file, "argmax", Ops.argmax(x, -1), 0);
        check(file, "cumsum", Ops.cumsum(x, -1), 1e-5);
        check(file, "argsort", Ops.argsort(x, -1), 0);
    }

    private static void gatherQmm(GoldenFile file) {
        MlxArray y = QuantOps.gatherQmm(
                file.input("x"),
                file.input("w_q"),
                file.input("scales"),
                file.input("biases"),
                null,
                file.input("rhs_indices"),
                true,
                Quantization.affine(64, 4));
        check(file, "y", y, MlxRuntime.exact() ? 1e-5 : 0.02 * largest(file.output("y")));
    }

    private static void layerNorm(GoldenFile file) {
        MlxArray y = FastOps.layerNorm(file.input("x"), file.input("weight"), file.input("bias"), file.number("eps"));
        check(file, "y", y, 1e-5);
    }

    private static void qmmNoTranspose(GoldenFile file) {
        MlxArray y = QuantOps.quantizedMatmul(
                file.input("x"),
                file.input("w_q"),
                file.input("scales"),
                file.input("biases"),
                false,
                Quantization.affine(64, 4));
        check(file, "y", y, 1e-5);
    }

    private static void quantisation(GoldenFile file, boolean exact) {
        Quantization q = quantization(file);
        MlxArray w = file.input("w");
        QuantOps.Quantized packed = QuantOps.quantize(w, q);
        check(file, "w_q", packed.weight(), 0);
        check(file, "scales", packed.scales(), 0);
        if (q.hasBiases()) {
            check(file, "biases", packed.biases(), 0);
        }
        MlxArray restored = QuantOps.dequantize(packed.weight(), packed.scales(), packed.biases(), q, w.dtype());
        double half = w.dtype() == Dtype.F32 ? 1e-5 : 0.02;
        check(file, "dequantized", restored, half);
        int[] rows = {3, 0, 3};
        MlxArray gathered =
                QuantOps.gatherDequantize(packed.weight(), packed.scales(), packed.biases(), rows, q, Dtype.F32);
        assertThat(gathered.shape()).containsExactly(3, w.dim(-1));
        if (!file.has("x")) {
            return;
        }
        String reference = file.gives("qmm_f32_reference") ? "qmm_f32_reference" : "qmm_mlx_cpu";
        MlxArray x = Ops.astype(file.input("x"), Dtype.F32);
        MlxArray scales = q.hasBiases() ? Ops.astype(packed.scales(), Dtype.F32) : packed.scales();
        MlxArray biases = q.hasBiases() ? Ops.astype(packed.biases(), Dtype.F32) : null;
        MlxArray y = QuantOps.quantizedMatmul(x, packed.weight(), scales, biases, true, q);
        double largest = largest(file.output(reference));
        check(file, reference, y, exact ? 1e-5 * Math.max(1, largest) : 0.02 * largest);
    }

    private static Quantization quantization(GoldenFile file) {
        String mode = file.params().getString("mode");
        return switch (mode) {
            case "affine" -> Quantization.affine((int) file.number("group_size"), (int) file.number("bits"));
            case "mxfp4" -> Quantization.of(mode, 32, 4);
            case "mxfp8" -> Quantization.of(mode, 32, 8);
            default -> Quantization.of(mode, 16, 4);
        };
    }

    private static void random(GoldenFile file) {
        MlxArray key = RandomOps.key((long) file.number("seed"));
        check(file, "key", key, 0);
        MlxArray pair = RandomOps.split(key, 2);
        check(file, "split0", Ops.squeeze(Ops.takeRows(pair, 0), 0), 0);
        check(file, "split1", Ops.squeeze(Ops.takeRows(pair, 1), 0), 0);
        check(file, "bits", RandomOps.bits(key, 8), 0);
        check(file, "uniform", RandomOps.uniform(key, 0, 1, 8), 1e-6);
        check(file, "normal", RandomOps.normal(key, 8), 1e-5);
        check(file, "gumbel", RandomOps.gumbel(key, 8), 1e-5);
        check(file, "categorical", RandomOps.categorical(key, file.input("logits"), -1), 0);
    }

    private static void rmsNorm(GoldenFile file) {
        double eps = file.number("eps");
        MlxArray x = file.input("x");
        double tolerance = x.dtype() == Dtype.F32 ? 1e-5 : 2e-2;
        check(file, "y", FastOps.rmsNorm(x, file.input("weight"), eps), tolerance);
        if (file.gives("y_no_weight")) {
            check(file, "y_no_weight", FastOps.rmsNorm(x, null, eps), tolerance);
        }
    }

    private static void rope(GoldenFile file) {
        MlxArray x = file.input("x");
        int dims = (int) file.number("dims");
        boolean traditional = file.params().getBoolean("traditional");
        double scale = file.number("scale");
        MlxArray y;
        if (file.has("freqs")) {
            y = FastOps.rope(x, dims, traditional, scale, (int) file.number("offset"), file.input("freqs"));
        } else if (file.has("offset")) {
            y = FastOps.rope(
                    x,
                    dims,
                    traditional,
                    file.number("base"),
                    scale,
                    file.input("offset").toInts());
        } else {
            y = FastOps.rope(x, dims, traditional, file.number("base"), scale, (int) file.number("offset"));
        }
        check(file, "y", y, x.dtype() == Dtype.F32 ? 1e-5 : 2e-2);
    }

    private static void attention(GoldenFile file) {
        Mask mask = file.has("mask")
                ? Mask.of(file.input("mask"))
                : ((JsonString) file.params().get("mask")).getString().equals("causal") ? Mask.causal() : Mask.none();
        MlxArray o = FastOps.scaledDotProductAttention(
                file.input("q"),
                file.input("k"),
                file.input("v"),
                (float) file.number("scale"),
                mask,
                file.input("sinks"));
        check(file, "o", o, 1e-5);
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    private static void check(GoldenFile file, String output, MlxArray found, double tolerance) {
        assertThat(found.shape()).as(output).isEqualTo(file.outputShape(output));
        double[] expected = file.output(output);
        double[] actual = found.dtype().isFloat() ? widen(found.toFloats()) : unsigned(found);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s[%d]", output, i).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static double[] unsigned(MlxArray array) {
        return Arrays.stream(array.toInts())
                .mapToDouble(value -> array.dtype() == Dtype.U32 ? Integer.toUnsignedLong(value) : value)
                .toArray();
    }
}
