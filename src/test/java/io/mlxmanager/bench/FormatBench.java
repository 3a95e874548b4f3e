package io.mlxmanager.bench;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import io.mlxmanager.mlx.QuantOps;
import io.mlxmanager.mlx.Quantization;
import io.mlxmanager.mlx.RandomOps;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One row of activations times weights of each layout, which come from memory: bytes per second, and the time in units of
 * what four bits take for as many bytes. Experts are eight of 64, others each time.
 */
public final class FormatBench {

    private static final int RUNS = 5;
    private static final long BYTES = 2L << 30;
    private static final int IN = 2048;
    private static final int OUT = 98_304;
    private static final int EXPERTS = 64;
    private static final int CHOSEN = 8;
    private static final String FOUR_BITS = "4 bits";

    /** @param bytes that one call reads */
    private record Format(long bytes, Supplier<MlxArray> product) {}

    private final JsonArrayBuilder rows = Json.createArrayBuilder();
    private int call;

    private FormatBench() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        new FormatBench().run(folder);
    }

    private void run(Path folder) throws IOException {
        System.out.printf("%n%-12s %7s %22s %14s%n", "layout", "threads", "GB/s min/median/max", "over its share");
        try (MlxScope scope = MlxScope.open()) {
            MlxArray x = RandomOps.normal(RandomOps.key(1), 1, IN);
            Map<String, Format> formats = formats(x);
            for (int threads : new int[] {1, 2}) {
                MlxRuntime.threads(threads);
                measure(threads, formats);
            }
        }
        Files.writeString(
                folder.resolve("formats.json"),
                Machine.facts().add("rows", rows).build().toString());
    }

    private Map<String, Format> formats(MlxArray x) {
        Map<String, Format> formats = new LinkedHashMap<>();
        for (int bits : new int[] {4, 2, 3, 5, 6, 8}) {
            formats.put(bits + " bits", matrix(x, Quantization.affine(64, bits)));
        }
        formats.put("mxfp4", matrix(x, new Quantization(Quantization.Mode.MXFP4, 32, 4)));
        Quantization layout = Quantization.affine(64, 4);
        QuantOps.Quantized stack = weights(layout, EXPERTS, OUT / EXPERTS);
        MlxArray row = Ops.reshape(x, 1, 1, 1, IN);
        formats.put("8 of 64", new Format(bytes(stack) * CHOSEN / EXPERTS, () -> {
            int[] choice = new int[CHOSEN];
            for (int i = 0; i < CHOSEN; i++) {
                choice[i] = (call * CHOSEN + i * 7) % EXPERTS;
            }
            call++;
            return QuantOps.gatherQmm(
                    row,
                    stack.weight(),
                    stack.scales(),
                    stack.biases(),
                    null,
                    Ops.fromInts(choice, 1, CHOSEN),
                    true,
                    layout);
        }));
        return formats;
    }

    private static Format matrix(MlxArray x, Quantization layout) {
        QuantOps.Quantized w = weights(layout, OUT);
        return new Format(
                bytes(w), () -> QuantOps.quantizedMatmul(x, w.weight(), w.scales(), w.biases(), true, layout));
    }

    private static QuantOps.Quantized weights(Quantization layout, int... rows) {
        MlxArray weight = RandomOps.bits(RandomOps.key(7), with(rows, IN * layout.bits() / 32));
        int[] groups = with(rows, IN / layout.groupSize());
        MlxArray scales = layout.hasBiases() ? Ops.full(Dtype.BF16, 0.004, groups) : Ops.full(Dtype.U8, 118, groups);
        MlxArray biases = layout.hasBiases() ? Ops.full(Dtype.BF16, -0.03, groups) : null;
        QuantOps.prepare(weight, scales, biases, layout);
        return new QuantOps.Quantized(weight, scales, biases);
    }

    private static int[] with(int[] axes, int last) {
        int[] all = Arrays.copyOf(axes, axes.length + 1);
        all[axes.length] = last;
        return all;
    }

    private static long bytes(QuantOps.Quantized w) {
        long biases =
                w.biases() == null ? 0 : w.biases().size() * w.biases().dtype().byteSize();
        return w.weight().size() * 4 + w.scales().size() * w.scales().dtype().byteSize() + biases;
    }

    /** The layouts take turns, so that whatever else the machine does meets all of them. */
    private void measure(int threads, Map<String, Format> formats) {
        Map<String, double[]> speeds = new LinkedHashMap<>();
        for (int run = -1; run < RUNS; run++) {
            for (Map.Entry<String, Format> entry : formats.entrySet()) {
                Format format = entry.getValue();
                try (MlxScope scope = MlxScope.open()) {
                    long products = BYTES / format.bytes();
                    long began = Machine.now();
                    for (long i = 0; i < products; i++) {
                        var unused = format.product().get();
                    }
                    if (run >= 0) {
                        speeds.computeIfAbsent(entry.getKey(), name -> new double[RUNS])[run] =
                                format.bytes() * products / Machine.seconds(began) / 1e9;
                    }
                }
            }
        }
        double usual = Machine.median(speeds.get(FOUR_BITS));
        speeds.forEach((name, values) -> {
            double over = usual / Machine.median(values) - 1;
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %7d %22s %13.0f%%%n",
                    name,
                    threads,
                    String.format(Locale.ROOT, "%.1f/%.1f/%.1f", sorted[0], Machine.median(values), sorted[RUNS - 1]),
                    over * 100);
            rows.add(Json.createObjectBuilder()
                    .add("layout", name)
                    .add("threads", threads)
                    .add("gigabytes_per_second", Machine.median(values))
                    .add("over_its_share", over));
        });
    }
}
