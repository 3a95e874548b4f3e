package io.mlxmanager.bench;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.chat.constraint.AllowedTokens;
import io.mlxmanager.chat.constraint.CompiledGrammar;
import io.mlxmanager.chat.constraint.Matcher;
import io.mlxmanager.chat.constraint.SchemaReader;
import io.mlxmanager.chat.constraint.Vocabulary;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenMask;
import io.mlxmanager.mlx.MlxRuntime;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What it costs to keep an answer to a schema: the same engine, model and length of answer, free and constrained in turn. The
 * large vocabulary is a real one, the first 151,936 tokens of o200k, on random weights of the shape of Qwen3-0.6B.
 */
public final class ConstraintBench {

    private static final int VOCABULARY = 151_936;
    private static final int COMPILATIONS = 9;

    /** Free text inside of structure, without an end, as a long answer would be. */
    private static final String SCHEMA = "{'type':'object','properties':{'title':{'type':'string','maxLength':200},"
            + "'people':{'type':'array','minItems':60,'items':{'type':'object','properties':{'name':{'type':'string'},"
            + "'age':{'type':'integer','minimum':0,'maximum':150},'mail':{'type':'string','format':'email'},"
            + "'tags':{'type':'array','items':{'enum':['red','green','blue']}}},"
            + "'required':['name','age','mail','tags']}}},'required':['title','people']}";

    private final PrintStream out = System.out;

    private ConstraintBench() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Machine.folderWithLibrary();
        new ConstraintBench().run(folder);
    }

    private void run(Path folder) throws IOException {
        Path starter = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");
        Path shape = RandomModel.folder(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(starter.resolve(name), shape.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        try (Engine engine = Engine.start(new EngineOptions(1, false, 256, 16, 0), new LastingThreads("bench"))) {
            out.printf("%nConstrained decoding, %s, 1 thread%n", MlxRuntime.isa());
            EngineModel small = engine.load(starter).join();
            measure(
                    engine,
                    small,
                    "starter",
                    new Vocabulary(small.tokens().bytes(), small.tokens().specials(), Set.of(2041, 2039)),
                    300,
                    61);
            engine.unload(small).join();
            EngineModel large = engine.load(shape).join();
            measure(engine, large, "random Qwen3-0.6B", real(), 60, 15);
        }
    }

    /** Real tokens by their ranks. */
    private static Vocabulary real() throws IOException {
        List<byte[]> tokens = new ArrayList<>();
        try (InputStream in = ConstraintBench.class.getResourceAsStream("/com/knuddels/jtokkit/o200k_base.tiktoken");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            while (tokens.size() < VOCABULARY - 1) {
                tokens.add(Base64.getDecoder().decode(lines.readLine().split(" ")[0]));
            }
        }
        tokens.add(new byte[0]);
        return new Vocabulary(tokens, Map.of(), Set.of(VOCABULARY - 1));
    }

    /** @param pairs of answers, one free and one kept to the schema, close behind each other so that they see the same machine */
    private void measure(Engine engine, EngineModel model, String name, Vocabulary vocabulary, int most, int pairs) {
        JsonObject schema =
                Json.createReader(new StringReader(SCHEMA.replace('\'', '"'))).readObject();
        CompiledGrammar grammar = null;
        double[] compiling = new double[COMPILATIONS];
        for (int i = 0; i < COMPILATIONS; i++) {
            long began = cpuTime();
            grammar = CompiledGrammar.of(SchemaReader.read(schema), vocabulary);
            compiling[i] = (cpuTime() - began) / 1e6;
        }
        out.printf(
                Locale.ROOT,
                "%s, %d tokens: schema compiled in %.1f ms, %.1f ms when the code was warm%n",
                name,
                vocabulary.size(),
                compiling[0],
                compiling[COMPILATIONS - 1]);
        SamplingOptions sampled = new SamplingOptions(1, 0.95f, 20, 0, 1, 0, 0, Map.of(), OptionalLong.of(1));
        for (SamplingOptions sampling : List.of(SamplingOptions.GREEDY, sampled)) {
            String mode = sampling.plainGreedy() ? "greedy" : "top-p 0.95, top-k 20";
            Timed first = new Timed(grammar);
            int tokens = time(engine, model, sampling, Optional.of(first), most).length;
            double[] free = new double[pairs];
            double[] kept = new double[pairs];
            double[] more = new double[pairs];
            double[] own = new double[pairs];
            for (int i = 0; i < pairs; i++) {
                Timed again = new Timed(grammar);
                boolean freeFirst = i % 2 == 0;
                if (freeFirst) {
                    free[i] = mean(time(engine, model, sampling, Optional.empty(), tokens));
                }
                kept[i] = mean(time(engine, model, sampling, Optional.of(again), tokens));
                if (!freeFirst) {
                    free[i] = mean(time(engine, model, sampling, Optional.empty(), tokens));
                }
                more[i] = (kept[i] / free[i] - 1) * 100;
                own[i] = again.nanos / 1e3 / tokens;
            }
            out.printf(
                    Locale.ROOT,
                    "  %-21s %4d tokens: free %s us each, kept %s, by pairs %s %%; of it the constraint itself %s us;"
                            + " in the first answer %.1f us on average, %.2f ms at most, %d masks%n",
                    mode,
                    tokens,
                    spread(free),
                    spread(kept),
                    spread(more),
                    spread(own),
                    first.nanos / 1e3 / tokens,
                    first.worst / 1e6,
                    first.masks);
        }
    }

    /** Least, median and most. */
    private static String spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT, "%.1f / %.1f / %.1f", sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Processor time of the calling thread: what else runs on the machine does not count. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** @return processor time of the engine's thread between tokens, in microseconds; with one thread that is all there is */
    private static double[] time(
            Engine engine,
            EngineModel model,
            SamplingOptions sampling,
            Optional<TokenConstraint> constraint,
            int tokens) {
        List<Long> moments = new ArrayList<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int[] prompt = {5, 6, 7, 8, 9, 10, 11, 12};
        GenerationRequest request =
                new GenerationRequest(prompt, tokens, Set.of(), sampling, Optional.empty(), constraint, "bench");
        engine.generate(model, request, new GenerationListener() {
            @Override
            public void started(int cachedTokens) {
                moments.add(cpuTime());
            }

            @Override
            public void token(int id) {
                moments.add(cpuTime());
            }

            @Override
            public void finished(GenerationEnd end) {
                ended.complete(null);
            }

            @Override
            public void failed(RuntimeException cause) {
                ended.completeExceptionally(cause);
            }
        });
        ended.join();
        double[] gaps = new double[moments.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (moments.get(i + 1) - moments.get(i)) / 1e3;
        }
        return gaps;
    }

    /** A grammar as the engine wants it, on the engine's thread alone. */
    private static class Kept implements TokenConstraint {

        private final Matcher matcher;

        Kept(CompiledGrammar grammar) {
            this.matcher = grammar.matcher();
        }

        @Override
        public boolean allows(int id) {
            return matcher.allows(id);
        }

        @Override
        public TokenMask mask() {
            AllowedTokens allowed = matcher.allowed();
            return allowed.isMany() ? TokenMask.many(allowed.many()) : TokenMask.few(allowed.few());
        }

        @Override
        public void accept(int id) {
            matcher.accept(id);
        }

        @Override
        public boolean complete() {
            return matcher.isComplete();
        }
    }

    /** Notes what it takes. */
    private static final class Timed extends Kept {

        private long nanos;
        private long worst;
        private long here;
        private int masks;

        Timed(CompiledGrammar grammar) {
            super(grammar);
        }

        @Override
        public boolean allows(int id) {
            long began = System.nanoTime();
            boolean allowed = super.allows(id);
            note(began);
            return allowed;
        }

        @Override
        public TokenMask mask() {
            long began = System.nanoTime();
            TokenMask mask = super.mask();
            masks++;
            note(began);
            return mask;
        }

        @Override
        public void accept(int id) {
            long began = System.nanoTime();
            super.accept(id);
            note(began);
            worst = Math.max(worst, here);
            here = 0;
        }

        private void note(long began) {
            long took = System.nanoTime() - began;
            nanos += took;
            here += took;
        }
    }
}
