package io.mlxmanager.bench;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.arch.LanguageModel.Positions;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Tokens per second of the engine without a server around it, and the cost of one operation: decode behind 16 tokens, behind
 * the prompt and, for the random model, behind 4096. Medians of five runs, with one and with two threads.
 *
 * <p>{@code -Dbench.runs=1 -Dbench.models=random -Dbench.threads=1} measures one round, for taking turns with another engine;
 * {@code -Dbench.processor-time=true} counts per second of processor time, for a machine on which others work;
 * {@code -Dbench.kv-bits=8}, or 4, packs keys and values.
 */
public final class EngineBench {

    private static final int RUNS = Integer.getInteger("bench.runs", 5);
    private static final String THREADS = System.getProperty("bench.threads", "1,2");
    private static final String MODELS = System.getProperty("bench.models", "starter,random,long");
    private static final int KV_BITS = Integer.getInteger("bench.kv-bits", 16);
    private static final int PROMPT = 512;
    private static final int LONG_PROMPT = 4096;
    private static final int SHORT_PROMPT = 16;
    private static final int DECODED = 128;
    private static final int DECODED_LATE = 32;
    private static final int CROSSINGS = 200_000;

    private final PrintStream out;
    private final JsonArrayBuilder rows = Json.createArrayBuilder();

    private EngineBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        new EngineBench(System.out).run(folder);
    }

    private void run(Path folder) throws IOException {
        out.printf(
                "%nBack end %s, %s, %s, %d processors, Java %s%n",
                MlxRuntime.backend(),
                MlxRuntime.isa(),
                MlxRuntime.device(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version());
        if (RUNS > 1) {
            crossings();
        }
        out.printf(
                "%-26s %7s %20s %20s %20s %20s%n",
                "model", "threads", "prefill tok/s", "decode tok/s", "behind the prompt", "behind 4096");
        Path starter = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
        Path random = RandomModel.folder(folder);
        for (String number : THREADS.split(",")) {
            int threads = Integer.parseInt(number);
            MlxRuntime.threads(threads);
            if (MODELS.contains("starter")) {
                measure("starter-qwen3-4m-4bit", starter, threads, 256);
            }
            if (MODELS.contains("random")) {
                measure("random Qwen3-0.6B 4-bit", random, threads, PROMPT);
            }
        }
        JsonObjectBuilder report = Machine.facts();
        for (int threads : new int[] {1, 2}) {
            double speed = Machine.bandwidth(threads);
            out.printf(Locale.ROOT, "Memory, %d threads: %.1f GB/s read%n", threads, speed / 1e9);
            report.add("bytes_read_per_second_" + threads, speed);
        }
        report.add("rows", rows);
        Files.writeString(folder.resolve("engine.json"), report.build().toString());
    }

    /** What Java pays for one operation on tiny arrays: the crossing, the handle, the allocation and the freeing. */
    private void crossings() {
        for (int round = 0; round < 3; round++) {
            long began = System.nanoTime();
            for (int i = 0; i < CROSSINGS; i++) {
                if (MlxRuntime.threads() < 1) {
                    throw new IllegalStateException();
                }
            }
            double empty = (double) (System.nanoTime() - began) / CROSSINGS;
            began = System.nanoTime();
            for (int i = 0; i < CROSSINGS; i += 1000) {
                try (MlxScope scope = MlxScope.open()) {
                    MlxArray one = Ops.fromFloats(new float[] {1}, 1);
                    for (int j = 0; j < 1000; j++) {
                        Ops.add(one, one);
                    }
                }
            }
            double add = (double) (System.nanoTime() - began) / CROSSINGS;
            if (round == 2) {
                out.printf(
                        Locale.ROOT,
                        "JNI: empty call %.0f ns; add of two single floats, scope closed after 1000: %.0f ns%n%n",
                        empty,
                        add);
                rows.add(Json.createObjectBuilder()
                        .add("name", "jni")
                        .add("empty_call_ns", empty)
                        .add("add_and_free_ns", add));
            }
        }
    }

    private void measure(String name, Path folder, int threads, int promptLength) {
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        int vocabulary = config.requiredInt("vocab_size", 1);
        int bits = KV_BITS < 16 ? KV_BITS : 0;
        ComputeTypes types = MlxRuntime.backend().equals("cpu")
                ? new ComputeTypes(Dtype.F32, new KvFormat(Dtype.F16, bits))
                : new ComputeTypes(null, new KvFormat(Dtype.BF16, bits));
        long resident = Machine.residentBytes();
        long loading = Machine.now();
        try (LanguageModel model = Architecture.load(folder, config, types, percent -> {})) {
            loaded(name, folder, threads, Machine.seconds(loading), resident);
            double[] prefill = new double[RUNS];
            double[] decode = new double[RUNS];
            double[] late = new double[RUNS];
            int[] prompt =
                    new SplittableRandom(1).ints(promptLength, 0, vocabulary).toArray();
            decode(model, Arrays.copyOf(prompt, SHORT_PROMPT), 8);
            for (int run = 0; run < RUNS; run++) {
                try (ModelCache cache = model.newCache()) {
                    long began = Machine.now();
                    int next = step(model, prompt, cache);
                    prefill[run] = promptLength / Machine.seconds(began);
                    began = Machine.now();
                    for (int i = 0; i < DECODED; i++) {
                        next = step(model, new int[] {next}, cache);
                    }
                    late[run] = DECODED / Machine.seconds(began);
                }
                decode[run] = decode(model, Arrays.copyOf(prompt, SHORT_PROMPT), DECODED);
            }
            double[] far = promptLength == PROMPT && MODELS.contains("long") ? far(model, vocabulary) : new double[0];
            print(name, threads, promptLength, List.of(prefill, decode, late, far));
        }
    }

    /** Seconds of a load and what it adds to the memory of the process, beside the size of the file. */
    private void loaded(String name, Path folder, int threads, double seconds, long residentBefore) {
        long grown = Machine.residentBytes() - residentBefore;
        long file = folder.resolve("model.safetensors").toFile().length();
        out.printf(
                Locale.ROOT,
                "%-26s %7d loaded in %.2f s, %.0f MB more in memory for a file of %.0f MB%n",
                name,
                threads,
                seconds,
                grown / 1e6,
                file / 1e6);
        rows.add(Json.createObjectBuilder()
                .add("name", name)
                .add("threads", threads)
                .add("load_seconds", seconds)
                .add("resident_bytes", grown)
                .add("file_bytes", file));
    }

    /** Behind one long prompt, which is read in pieces once: what is decoded is forgotten after each run. */
    private static double[] far(LanguageModel model, int vocabulary) {
        double[] speeds = new double[RUNS];
        int[] prompt = new SplittableRandom(2).ints(LONG_PROMPT, 0, vocabulary).toArray();
        try (ModelCache cache = model.newCache()) {
            int next = 0;
            for (int from = 0; from < LONG_PROMPT; from += PROMPT) {
                next = step(model, Arrays.copyOfRange(prompt, from, from + PROMPT), cache);
            }
            for (int run = 0; run < RUNS; run++) {
                long began = Machine.now();
                for (int i = 0; i < DECODED_LATE; i++) {
                    next = step(model, new int[] {next}, cache);
                }
                speeds[run] = DECODED_LATE / Machine.seconds(began);
                cache.trim(LONG_PROMPT);
            }
            System.out.printf(
                    Locale.ROOT,
                    "Keys and values of %d bits: %d bytes for each of %d positions%n",
                    KV_BITS,
                    cache.bytes() / LONG_PROMPT,
                    LONG_PROMPT);
        }
        return speeds;
    }

    static double prefill(LanguageModel model, int[] prompt) {
        try (ModelCache cache = model.newCache()) {
            long began = Machine.now();
            step(model, prompt, cache);
            return prompt.length / Machine.seconds(began);
        }
    }

    static double decode(LanguageModel model, int[] prompt, int count) {
        try (ModelCache cache = model.newCache()) {
            int next = step(model, prompt, cache);
            long began = Machine.now();
            for (int i = 0; i < count; i++) {
                next = step(model, new int[] {next}, cache);
            }
            return count / Machine.seconds(began);
        }
    }

    private static int step(LanguageModel model, int[] ids, ModelCache cache) {
        try (MlxScope scope = MlxScope.open()) {
            return Ops.argmax(model.forward(ids, cache, Positions.LAST), -1).intValue();
        }
    }

    private void print(String name, int threads, int promptLength, List<double[]> columns) {
        out.printf("%-26s %7d", name, threads);
        columns.forEach(column -> out.printf(" %20s", spread(column)));
        out.println();
        JsonObjectBuilder row = Json.createObjectBuilder()
                .add("name", name)
                .add("threads", threads)
                .add("prefill_tokens", promptLength);
        List<String> keys = List.of(
                "prefill_per_second",
                "decode_per_second",
                "decode_after_prefill_per_second",
                "decode_after_4096_per_second");
        for (int i = 0; i < keys.size(); i++) {
            if (columns.get(i).length > 0) {
                row.add(keys.get(i), Machine.median(columns.get(i)));
            }
        }
        rows.add(row);
    }

    static String spread(double[] values) {
        if (values.length == 0) {
            return "";
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT, "%.1f/%.1f/%.1f", sorted[0], Machine.median(values), sorted[sorted.length - 1]);
    }
}
