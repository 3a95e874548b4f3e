package io.mlxmanager.bench;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.SamplingOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The first token behind a long prompt that was read before the engine was started anew, against reading it. */
public final class DiskBench {

    private static final int PREFIX = 4096;
    private static final int BLOCK = 256;
    private static final int RUNS = 3;
    private static final byte[] SECRET = "the secret of a bench, 32 bytes.".getBytes(StandardCharsets.UTF_8);

    private final PrintStream out = System.out;
    private final Path folder;
    private final Path model;

    private DiskBench(Path folder, Path model) {
        this.folder = folder;
        this.model = model;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        Path model = RandomModel.folder(folder);
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(
                    Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit", name),
                    model.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        new DiskBench(folder.resolve("kv"), model).run();
    }

    private void run() throws IOException {
        double[] read = new double[RUNS];
        double[] restored = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            empty();
            int[] prompt = new SplittableRandom(run).ints(PREFIX + 16, 0, 4000).toArray();
            try (Engine engine = start()) {
                read[run] = millisToFirst(engine, prompt);
                while (files() < PREFIX / BLOCK) {
                    engine.device();
                }
            }
            try (Engine engine = start()) {
                restored[run] = millisToFirst(engine, prompt);
            }
        }
        Arrays.sort(read);
        Arrays.sort(restored);
        out.printf(
                Locale.ROOT,
                "First token behind %d tokens: %.0f ms read, %.0f ms from the disk after a restart (%.0f times sooner)%n",
                PREFIX,
                read[RUNS / 2],
                restored[RUNS / 2],
                read[RUNS / 2] / restored[RUNS / 2]);
    }

    private Engine start() {
        EngineOptions.Disk disk = new EngineOptions.Disk(folder, 4L << 30, SECRET);
        return Engine.start(new EngineOptions(2, false, 256, 16, 1L << 30).withDisk(disk), new LastingThreads("bench"));
    }

    private double millisToFirst(Engine engine, int[] prompt) {
        EngineModel loaded = engine.load(model).join();
        long asked = System.nanoTime();
        CompletableFuture<Long> first = new CompletableFuture<>();
        engine.generate(
                loaded,
                new GenerationRequest(prompt, 1, Set.of(), SamplingOptions.GREEDY, "ada"),
                new GenerationListener() {
                    @Override
                    public void token(int id) {
                        first.complete(System.nanoTime());
                    }

                    @Override
                    public void finished(GenerationEnd end) {
                        first.completeExceptionally(new IllegalStateException("no token"));
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        first.completeExceptionally(cause);
                    }
                });
        return (first.join() - asked) / 1e6;
    }

    private void empty() throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".kv")).count();
        }
    }
}
