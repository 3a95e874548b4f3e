package io.mlxmanager.bench;

import com.sun.management.OperatingSystemMXBean;
import io.mlxmanager.engine.EngineLibrary;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The machine that is measured on: its clock, its memory and what to write beside the numbers. */
final class Machine {

    private static final boolean PROCESSOR_TIME = Boolean.getBoolean("bench.processor-time");
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final Path STATUS = Path.of("/proc/self/status");

    private Machine() {}

    /**
     * The folder for models and results, once the native library is loaded.
     *
     * @throws IllegalStateException why there is none
     */
    static Path folderWithLibrary() throws IOException {
        Path folder = Path.of("target/bench").toAbsolutePath();
        Files.createDirectories(folder);
        EngineLibrary.Outcome outcome =
                EngineLibrary.load(folder, System.getProperty("mlx.backend", "auto"), "auto", System.out::println);
        if (outcome instanceof EngineLibrary.Outcome.Unavailable none) {
            throw new IllegalStateException(none.reason());
        }
        return folder;
    }

    /** Nanoseconds of the wall clock or, with {@code -Dbench.processor-time=true}, of processor time of this process. */
    static long now() {
        return PROCESSOR_TIME ? SYSTEM.getProcessCpuTime() : System.nanoTime();
    }

    static double seconds(long began) {
        return (now() - began) / 1e9;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Bytes of this process that are in memory; 0 where the system does not tell. */
    static long residentBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException elsewhere) {
            return 0;
        }
    }

    /** Bytes per second that so many threads read from memory: sums over 512 MB, the best of five. */
    static double bandwidth(int threads) {
        MlxRuntime.threads(threads);
        int rows = 512;
        int columns = 1 << 18;
        double best = 0;
        try (MlxScope scope = MlxScope.open()) {
            MlxArray block = Ops.full(Dtype.F32, 1, rows, columns);
            for (int run = 0; run < 5; run++) {
                long began = System.nanoTime();
                Ops.sum(block, -1, false);
                best = Math.max(best, 4.0 * rows * columns / ((System.nanoTime() - began) / 1e9));
            }
        }
        return best;
    }

    /** What every report begins with. */
    static JsonObjectBuilder facts() {
        return Json.createObjectBuilder()
                .add("backend", MlxRuntime.backend())
                .add("isa", MlxRuntime.isa())
                .add("device", MlxRuntime.device())
                .add("processors", Runtime.getRuntime().availableProcessors())
                .add("load", SYSTEM.getSystemLoadAverage())
                .add("clock", PROCESSOR_TIME ? "processor" : "wall")
                .add("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .add("java", Runtime.version().toString());
    }
}
