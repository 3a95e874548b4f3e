package io.mlxmanager.bench;

import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxRuntime;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What a neighbour costs: another process spins on the second of two cores (kept there by taskset, where that is) while the
 * random model runs with one thread and with two, in turn.
 */
public final class NeighbourBench {

    private static final int RUNS = 5;
    private static final int PROMPT = 256;
    private static final int DECODED = 48;
    private static final List<String> SPIN = List.of("sh", "-c", "while :; do :; done");

    private NeighbourBench() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        Path random = RandomModel.folder(folder);
        JsonFile config = JsonFile.read(random.resolve("config.json"));
        JsonArrayBuilder rows = Json.createArrayBuilder();
        try (LanguageModel model =
                Architecture.load(random, config, new ComputeTypes(Dtype.F32, Dtype.F16), percent -> {})) {
            System.out.printf("%n%-10s %7s %20s %20s%n", "neighbour", "threads", "prefill tok/s", "decode tok/s");
            measure(model, "none", rows);
            Process neighbour = neighbour();
            try {
                measure(model, "one core", rows);
            } finally {
                neighbour.destroyForcibly();
            }
        }
        Files.writeString(
                folder.resolve("neighbour.json"),
                Machine.facts().add("rows", rows).build().toString());
    }

    private static Process neighbour() throws IOException {
        boolean kept = Files.isExecutable(Path.of("/usr/bin/taskset"));
        List<String> command =
                kept ? List.of("/usr/bin/taskset", "-c", "1", SPIN.get(0), SPIN.get(1), SPIN.get(2)) : SPIN;
        return new ProcessBuilder(command).start();
    }

    private static void measure(LanguageModel model, String neighbour, JsonArrayBuilder rows) {
        int[] prompt = new SplittableRandom(3).ints(PROMPT, 0, 1000).toArray();
        double[][] prefill = new double[3][RUNS];
        double[][] decode = new double[3][RUNS];
        for (int run = 0; run < RUNS; run++) {
            for (int threads = 1; threads <= 2; threads++) {
                MlxRuntime.threads(threads);
                decode[threads][run] = EngineBench.decode(model, Arrays.copyOf(prompt, 16), DECODED);
                prefill[threads][run] = EngineBench.prefill(model, prompt);
            }
        }
        for (int threads = 1; threads <= 2; threads++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-10s %7d %20s %20s%n",
                    neighbour,
                    threads,
                    EngineBench.spread(prefill[threads]),
                    EngineBench.spread(decode[threads]));
            rows.add(Json.createObjectBuilder()
                    .add("neighbour", neighbour)
                    .add("threads", threads)
                    .add("prefill_per_second", Machine.median(prefill[threads]))
                    .add("decode_per_second", Machine.median(decode[threads])));
        }
    }
}
