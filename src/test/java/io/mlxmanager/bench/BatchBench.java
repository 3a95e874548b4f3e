package io.mlxmanager.bench;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.arch.Architecture;
import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

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

    /** The moments of one stream's tokens. */
    private static final class Stream implements GenerationListener {

        private final long asked = System.nanoTime();
        private final List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
        private final CompletableFuture<List<Long>> ended = new CompletableFuture<>();

        @Override
        public void token(int id) {
            tokens.add(System.nanoTime());
        }

        @Override
        public void finished(GenerationEnd end) {
            ended.complete(tokens);
        }

        @Override
        public void failed(RuntimeException cause) {
            ended.completeExceptionally(cause);
        }

        double millisToFirst() {
            return (ended.join().get(0) - asked) / 1e6;
        }
    }

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
        out.printf("%8s %22s %14s %10s %10s%n", "streams", "together tok/s", "each tok/s", "gap p50 ms", "gap p99 ms");
        double idleGap = 0;
        for (int count : PARTS.contains("streams") ? new int[] {1, 2, 5, 16} : new int[] {5}) {
            double gap = measure(count);
            idleGap = count == 5 ? gap : idleGap;
        }
        if (PARTS.contains("lone")) {
            lone(shape);
        }
        if (PARTS.contains("long-prompt")) {
            longPrompt(idleGap);
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

    private Stream ask(int[] prompt, int tokens, String tenant) {
        Stream stream = new Stream();
        engine.generate(model, new GenerationRequest(prompt, tokens, Set.of(), SamplingOptions.GREEDY, tenant), stream);
        return stream;
    }

    private List<Stream> streams(int count) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            streams.add(ask(prompt(16), TOKENS, "tenant" + i));
        }
        streams.forEach(stream -> stream.ended.join());
        return streams;
    }

    /** @return the 99th percentile of the gaps, in milliseconds */
    private double measure(int count) {
        double[] together = new double[RUNS];
        List<Double> gaps = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            List<Stream> streams = streams(count);
            // From the moment when all are answering to the end of the first.
            long from = streams.stream().mapToLong(s -> s.tokens.get(0)).max().orElseThrow();
            long to = streams.stream()
                    .mapToLong(s -> s.tokens.get(TOKENS - 1))
                    .min()
                    .orElseThrow();
            if (from >= to) {
                throw new IllegalStateException("bench.tokens: the first of " + count + " streams ended after " + TOKENS
                        + " tokens, before the last had begun");
            }
            long tokens = 0;
            for (Stream stream : streams) {
                tokens += stream.tokens.stream()
                        .filter(at -> at > from && at <= to)
                        .count();
                gaps.addAll(gaps(stream.tokens, from, to));
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
                percentile(gaps, 50),
                percentile(gaps, 99));
        rows.add(Json.createObjectBuilder()
                .add("streams", count)
                .add("tokens_per_second", median)
                .add("gap_p50_ms", percentile(gaps, 50))
                .add("gap_p99_ms", percentile(gaps, 99)));
        return percentile(gaps, 99);
    }

    private static List<Double> gaps(List<Long> tokens, long from, long to) {
        List<Double> gaps = new ArrayList<>();
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i - 1) >= from && tokens.get(i) <= to) {
                gaps.add((tokens.get(i) - tokens.get(i - 1)) / 1e6);
            }
        }
        return gaps;
    }

    private static double percentile(List<Double> values, int percent) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
    }

    /** One request through the engine, and as many tokens by nothing but the model, in turn. */
    private void lone(Path shape) {
        double[] bare = new double[RUNS];
        double[] served = new double[RUNS];
        double[] ratios = new double[RUNS];
        ComputeTypes types = new ComputeTypes(Dtype.F32, Dtype.F16);
        try (LanguageModel raw =
                Architecture.load(shape, JsonFile.read(shape.resolve("config.json")), types, percent -> {})) {
            bare(raw, prompt(16));
            for (int run = 0; run < RUNS; run++) {
                int[] prompt = prompt(16);
                bare[run] = bare(raw, prompt);
                List<Long> tokens = ask(prompt, TOKENS, "lone").ended.join();
                served[run] = (TOKENS - 1) / ((tokens.get(TOKENS - 1) - tokens.get(0)) / 1e9);
                ratios[run] = served[run] / bare[run];
            }
        }
        Arrays.sort(bare);
        Arrays.sort(served);
        Arrays.sort(ratios);
        out.printf(
                Locale.ROOT,
                "%nOne request: %.1f tok/s, the bare loop %.1f; ratio %.3f/%.3f/%.3f%n",
                served[RUNS / 2],
                bare[RUNS / 2],
                ratios[0],
                ratios[RUNS / 2],
                ratios[RUNS - 1]);
        rows.add(Json.createObjectBuilder()
                .add("lone_tokens_per_second", served[RUNS / 2])
                .add("bare_tokens_per_second", bare[RUNS / 2])
                .add("lone_to_bare", ratios[RUNS / 2]));
    }

    private static double bare(LanguageModel raw, int[] prompt) {
        try (ModelCache cache = raw.newCache()) {
            int token = next(raw, cache, prompt);
            long began = System.nanoTime();
            for (int i = 1; i < TOKENS; i++) {
                token = next(raw, cache, token);
            }
            return (TOKENS - 1) / ((System.nanoTime() - began) / 1e9);
        }
    }

    private static int next(LanguageModel raw, ModelCache cache, int... ids) {
        try (MlxScope scope = MlxScope.open()) {
            return Ops.argmax(raw.forward(ids, cache, LanguageModel.Positions.LAST), -1)
                    .intValue();
        }
    }

    private void longPrompt(double idleGap) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(ask(prompt(16), 4000, "tenant" + i));
        }
        Stream reader = ask(prompt(LONG_PROMPT), 1, "reader");
        long to = reader.ended.join().get(0);
        List<Double> gaps = new ArrayList<>();
        for (Stream stream : streams) {
            List<Long> soFar;
            synchronized (stream.tokens) {
                soFar = List.copyOf(stream.tokens);
            }
            gaps.addAll(gaps(soFar, reader.asked, to));
        }
        out.printf(
                Locale.ROOT,
                "%nA prompt of %d tokens beside 4 streams: read in %.1f s; gaps p50 %.1f ms, p99 %.1f ms (5 streams alone: %.1f)%n",
                LONG_PROMPT,
                reader.millisToFirst() / 1e3,
                percentile(gaps, 50),
                percentile(gaps, 99),
                idleGap);
        rows.add(Json.createObjectBuilder()
                .add("long_prompt_tokens", LONG_PROMPT)
                .add("gap_p99_ms", percentile(gaps, 99))
                .add("gap_p99_ms_without", idleGap));
        engine.unload(model).join();
        model = engine.load(Path.of("target/bench/random-qwen3-0.6b-4bit")).join();
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
