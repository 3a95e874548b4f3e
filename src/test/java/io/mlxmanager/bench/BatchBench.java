package io.mlxmanager.bench;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.mlx.MlxRuntime;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Many streams at once through the engine's loop: how fast together, how even, and what a long prompt does to them. */
public final class BatchBench {

    /** Parts that are measured. */
    private static final List<String> PARTS = List.of(
            System.getProperty("bench.parts", "streams,lone,long-prompt,prefix").split(","));

    private static final int TOKENS = Integer.getInteger("bench.tokens", 192);
    private static final int LONG_PROMPT = Integer.getInteger("bench.long-prompt", 8192);
    private static final int SHARED_PREFIX = 4096;
    private static final int RUNS = Integer.getInteger("bench.runs", 5);

    private final PrintStream out = System.out;
    private final JsonArrayBuilder rows = Json.createArrayBuilder();
    private final SplittableRandom random = new SplittableRandom(1);
    private Engine engine;
    private EngineModel model;

    private BatchBench() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        new BatchBench().run(folder);
    }

    private void run(Path folder) throws IOException {
        Path shape = RandomModel.folder(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(
                    Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit", name),
                    shape.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        engine = Engine.start(new EngineOptions(2, false, 256, 16, 4L << 30), new LastingThreads("bench"));
        model = engine.load(shape).join();
        out.printf("%nRandom Qwen3-0.6B 4-bit, %s, 2 threads%n", MlxRuntime.isa());
        streams(2);
        if (PARTS.contains("streams")) {
            out.printf(
                    "%8s %22s %14s %10s %10s%n", "streams", "together tok/s", "each tok/s", "gap p50 ms", "gap p99 ms");
            for (int count : new int[] {1, 2, 5, 16}) {
                measure(count);
            }
        }
        if (PARTS.contains("lone")) {
            LoneRequest lone = new LoneRequest(engine, model);
            rows.add(lone.measure(1));
            rows.add(lone.measure(2));
        }
        if (PARTS.contains("long-prompt")) {
            new LongPrompt(engine, model).measure(LONG_PROMPT, rows);
        }
        if (PARTS.contains("prefix")) {
            prefix();
        }
        Files.writeString(folder.resolve("batch.json"), rows.build().toString());
        engine.close();
    }

    private int[] prompt(int length) {
        return random.ints(length, 0, 4000).toArray();
    }

    private TimedStream ask(int[] prompt, int tokens, String tenant) {
        return TimedStream.ask(engine, model, prompt, tokens, tenant);
    }

    private List<TimedStream> streams(int count) {
        List<TimedStream> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            streams.add(ask(prompt(16), TOKENS, "tenant" + i));
        }
        streams.forEach(TimedStream::tokens);
        return streams;
    }

    private void measure(int count) {
        double[] together = new double[RUNS];
        List<Double> gaps = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            List<TimedStream> streams = streams(count);
            // From the moment when all are answering to the end of the first.
            long from = streams.stream().mapToLong(s -> s.tokens().get(0)).max().orElseThrow();
            long to = streams.stream()
                    .mapToLong(s -> s.tokens().get(TOKENS - 1))
                    .min()
                    .orElseThrow();
            if (from >= to) {
                throw new IllegalStateException("bench.tokens: the first of " + count + " streams ended after " + TOKENS
                        + " tokens, before the last had begun");
            }
            long tokens = 0;
            for (TimedStream stream : streams) {
                tokens += stream.tokens().stream()
                        .filter(at -> at > from && at <= to)
                        .count();
                gaps.addAll(stream.gaps(from, to));
            }
            together[run] = tokens / ((to - from) / 1e9);
        }
        Arrays.sort(together);
        double median = together[RUNS / 2];
        out.printf(
                Locale.ROOT,
                "%8d %8.1f/%6.1f/%6.1f %14.1f %10.1f %10.1f%n",
                count,
                together[0],
                median,
                together[RUNS - 1],
                median / count,
                TimedStream.percentile(gaps, 50),
                TimedStream.percentile(gaps, 99));
        rows.add(Json.createObjectBuilder()
                .add("streams", count)
                .add("tokens_per_second", median)
                .add("gap_p50_ms", TimedStream.percentile(gaps, 50))
                .add("gap_p99_ms", TimedStream.percentile(gaps, 99)));
    }

    private void prefix() {
        int[] prefix = prompt(SHARED_PREFIX);
        double[] cold = new double[RUNS];
        double[] warm = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            int[] prompt = Arrays.copyOf(prefix, SHARED_PREFIX + 16);
            prompt[SHARED_PREFIX] = run;
            cold[run] = ask(prompt, 1, "first" + run).millisToFirst();
            prompt[SHARED_PREFIX + 1] = run + 100;
            warm[run] = ask(prompt, 1, "first" + run).millisToFirst();
        }
        Arrays.sort(cold);
        Arrays.sort(warm);
        out.printf(
                Locale.ROOT,
                "%nFirst token behind a prefix of %d tokens: %.0f ms, %.1f ms when another prompt began alike (%.0f times sooner)%n",
                SHARED_PREFIX,
                cold[RUNS / 2],
                warm[RUNS / 2],
                cold[RUNS / 2] / warm[RUNS / 2]);
        rows.add(Json.createObjectBuilder()
                .add("prefix_tokens", SHARED_PREFIX)
                .add("first_token_ms", cold[RUNS / 2])
                .add("first_token_ms_cached", warm[RUNS / 2]));
    }
}
