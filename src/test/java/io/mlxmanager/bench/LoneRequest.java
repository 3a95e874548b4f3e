package io.mlxmanager.bench;

import io.mlxmanager.engine.BareModel;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.arch.LanguageModel;
import io.mlxmanager.engine.cache.ModelCache;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.mlx.MlxScope;
import io.mlxmanager.mlx.Ops;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;

/**
 * What a lone request pays for being served: its tokens by the engine's loop, and between any two of them the same token by
 * nothing but the model, on the same thread and with the same weights. The two are so close together that a host which
 * changes its pace changes it for both.
 */
final class LoneRequest {

    private static final int PAIRS = Integer.getInteger("bench.pairs", 41);
    private static final int WARM_UP = 4;
    private static final int PROMPT = 16;
    private static final int TOKENS = 32;

    private final Engine engine;
    private final EngineModel model;
    private final SplittableRandom random = new SplittableRandom(4);

    LoneRequest(Engine engine, EngineModel model) {
        this.engine = engine;
        this.model = model;
    }

    /** All tokens of a request behind its first, one way and the other. */
    private record Pair(Clocks served, Clocks bare) {

        double ratio(ToLongFunction<Clocks> clock) {
            return (double) clock.applyAsLong(served) / clock.applyAsLong(bare);
        }
    }

    /** Prints and tells the ratios, of time served to time bare. */
    JsonObjectBuilder measure(int threads) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = -WARM_UP; i < PAIRS; i++) {
            Pair pair = pair(random.ints(PROMPT, 0, 4000).toArray(), threads);
            if (i >= 0) {
                pairs.add(pair);
            }
        }
        double[] tokens = pairs.stream()
                .mapToDouble(pair -> pair.bare().wall() / 1e6 / (TOKENS - 1))
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "%nOne request beside the bare loop, %d threads, %d pairs of %d tokens (%.1f ms each); time served to bare, "
                        + "quartiles: wall %s, engine's thread %s, process %s%n",
                threads,
                PAIRS,
                TOKENS,
                quartile(tokens, 2),
                quartiles(pairs, Clocks::wall),
                quartiles(pairs, Clocks::thread),
                quartiles(pairs, Clocks::process));
        return Json.createObjectBuilder()
                .add("lone_threads", threads)
                .add("pairs", PAIRS)
                .add("bare_ms_a_token", quartile(tokens, 2))
                .add("served_to_bare_wall", quartile(ratios(pairs, Clocks::wall), 2))
                .add("served_to_bare_thread", quartile(ratios(pairs, Clocks::thread), 2))
                .add("served_to_bare_process", quartile(ratios(pairs, Clocks::process), 2));
    }

    private static String quartiles(List<Pair> pairs, ToLongFunction<Clocks> clock) {
        double[] ratios = ratios(pairs, clock);
        return String.format(
                Locale.ROOT, "%.3f/%.3f/%.3f", quartile(ratios, 1), quartile(ratios, 2), quartile(ratios, 3));
    }

    private static double[] ratios(List<Pair> pairs, ToLongFunction<Clocks> clock) {
        return pairs.stream().mapToDouble(pair -> pair.ratio(clock)).sorted().toArray();
    }

    private static double quartile(double[] sorted, int which) {
        return sorted[(sorted.length - 1) * which / 4];
    }

    private Pair pair(int[] prompt, int threads) {
        Turns turns = new Turns(BareModel.of(model), prompt, threads);
        engine.generate(
                model,
                new GenerationRequest(prompt, TOKENS, Set.of(), SamplingOptions.GREEDY, Arrays.toString(prompt)),
                turns);
        return turns.result.join();
    }

    /** Hears of a token of the loop that serves, makes one without it, and lets that loop go on. */
    private static final class Turns implements GenerationListener {

        private final CompletableFuture<Pair> result = new CompletableFuture<>();
        private final LanguageModel raw;
        private final int[] prompt;
        private final int threads;
        private ModelCache cache;
        private int token;
        private Clocks served = Clocks.ZERO;
        private Clocks bare = Clocks.ZERO;
        private Clocks left;

        Turns(LanguageModel raw, int[] prompt, int threads) {
            this.raw = raw;
            this.prompt = prompt;
            this.threads = threads;
        }

        @Override
        public void started(int cachedTokens) {
            MlxRuntime.threads(threads);
        }

        @Override
        public void token(int id) {
            Clocks came = Clocks.now();
            if (cache == null) {
                cache = raw.newCache();
                token = next(prompt);
            } else {
                served = served.plus(left, came);
                token = next(token);
                bare = bare.plus(came, Clocks.now());
            }
            left = Clocks.now();
        }

        private int next(int... ids) {
            try (MlxScope scope = MlxScope.open()) {
                return Ops.argmax(raw.forward(ids, cache, LanguageModel.Positions.LAST), -1)
                        .intValue();
            }
        }

        @Override
        public void finished(GenerationEnd end) {
            cache.close();
            result.complete(new Pair(served, bare));
        }

        @Override
        public void failed(RuntimeException cause) {
            result.completeExceptionally(cause);
        }
    }
}
