package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenLogprobs;
import io.mlxmanager.engine.sample.TokenMask;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many generations at once, on the starter model. */
@ExtendWith(NativeLibrary.class)
class EngineTest {

    @RegisterExtension
    private final StarterEngine starter = new StarterEngine();

    private Engine engine;
    private EngineModel model;

    private void start(int maxBatch, long prefixCacheBytes) {
        start(maxBatch, prefixCacheBytes, false);
    }

    private void start(int maxBatch, long prefixCacheBytes, boolean exact) {
        engine = starter.start(Engine.start(
                new EngineOptions(2, exact, 64, maxBatch, prefixCacheBytes), new LastingThreads("engine-test")));
        model = starter.model();
    }

    @Test
    void tellsHowMuchOfAModelWasRead() {
        start(1, 0);
        List<Integer> percents = Collections.synchronizedList(new ArrayList<>());

        EngineModel again = engine.load(StarterEngine.FOLDER, percents::add).join();

        assertThat(percents)
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(10)
                .endsWith(100);
        engine.unload(again).join();
    }

    private Heard ask(String tenant, int[] prompt, int maxTokens, SamplingOptions sampling) {
        Heard heard = new Heard();
        engine.generate(model, new GenerationRequest(prompt, maxTokens, Set.of(), sampling, tenant), heard);
        return heard;
    }

    private static GenerationRequest request(Share share, int[] prompt, int maxTokens) {
        return new GenerationRequest(
                prompt, maxTokens, Set.of(), SamplingOptions.GREEDY, Optional.empty(), Optional.empty(), share);
    }

    private int[] prompt(int seed, int length) {
        return new SplittableRandom(seed)
                .ints(length, 10, model.facts().vocabularySize() - 10)
                .toArray();
    }

    /**
     * Something the model was trained on. How a prompt is cut into pieces depends on what else runs, and changes the last
     * bits of sums; the model has to be sure of its answer, so that they cannot change a word.
     */
    private int[] question(int i) {
        return model.encode("<|im_start|>user\nCount to " + (i % 12 + 3)
                + ".<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    @Test
    void theTextOfARequestDoesNotDependOnWhatElseRuns() {
        start(16, 0, true);
        List<List<Integer>> alone = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            alone.add(ask("ada", question(i), 12, SamplingOptions.GREEDY).all());
        }
        List<Heard> together = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            together.add(ask("tenant" + i % 5, question(i), 12, SamplingOptions.GREEDY));
        }
        for (int i = 0; i < 24; i++) {
            assertThat(together.get(i).all()).as("request %d", i).isEqualTo(alone.get(i));
        }
    }

    private Heard score(int[] prompt, int maxTokens, boolean scorePrompt) {
        Heard scored = new Heard();
        GenerationRequest request = new GenerationRequest(
                prompt,
                maxTokens,
                Set.of(),
                SamplingOptions.GREEDY,
                Optional.of(new GenerationRequest.Logprobs(3, scorePrompt)),
                Optional.empty(),
                "ada");
        engine.generate(model, request, scored);
        scored.all();
        return scored;
    }

    @Test
    void likelihoodsDoNotChangeTheAnswerAndTheGreedyTokenIsTheMostLikely() {
        start(4, 0, true);
        List<Integer> plain =
                ask("ada", question(5), 12, SamplingOptions.GREEDY).all();
        Heard scored = score(question(5), 12, false);

        assertThat(scored.all()).isEqualTo(plain);
        assertThat(scored.prompt).isEmpty();
        assertThat(scored.scores).hasSize(12).allSatisfy(one -> {
            assertThat(one.top()).hasSize(3);
            assertThat(one.top().get(0)).isEqualTo(one.chosen());
            assertThat(one.chosen().logprob()).isBetween(-20.0, 0.0);
        });
    }

    /** The tokens of an answer, read as a prompt, are as likely as when they were generated. */
    @Test
    void tokensOfAPromptAreAsLikelyAsThoseOfAnAnswer() {
        start(4, 1 << 26, true);
        int[] question = question(9);
        Heard answered = score(question, 10, false);
        int[] both = IntStream.concat(
                        IntStream.of(question), answered.all().stream().mapToInt(Integer::intValue))
                .toArray();
        Heard read = score(both, 0, true);

        assertThat(read.end.join()).isEqualTo(GenerationEnd.LENGTH);
        assertThat(read.tokens).isEmpty();
        assertThat(read.cached.join()).isZero();
        assertThat(read.prompt).hasSize(both.length - 1);
        for (int i = 0; i < 10; i++) {
            TokenLogprobs again = read.prompt.get(question.length - 1 + i);
            assertThat(again.chosen().id())
                    .isEqualTo(answered.scores.get(i).chosen().id());
            assertThat(again.chosen().logprob())
                    .isCloseTo(answered.scores.get(i).chosen().logprob(), within(1e-3));
        }
    }

    @Test
    void aPromptThatBeganAlikeIsNotReadAgainAndTheAnswerIsTheSame() {
        start(4, 1 << 28, true);
        int[] prompt = prompt(1, 600);
        Heard first = ask("ada", prompt, 10, SamplingOptions.GREEDY);
        assertThat(first.all()).hasSize(10);
        assertThat(first.cached.join()).isZero();
        Heard again = ask("ada", prompt, 10, SamplingOptions.GREEDY);
        assertThat(again.all()).isEqualTo(first.all());
        assertThat(again.cached.join()).isEqualTo(599);
        Heard stranger = ask("bob", prompt, 10, SamplingOptions.GREEDY);
        assertThat(stranger.all()).isEqualTo(first.all());
        assertThat(stranger.cached.join()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"bob, laptop", "ada, laptop"})
    void oneRequestOfAnotherTenantOrKeyIsNotHeldUpByFifty(String tenant, String key) {
        start(4, 0);
        List<Heard> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Heard heard = new Heard();
            many.add(heard);
            engine.generate(model, request(new Share("ada", "nightly"), prompt(i, 20), 200), heard);
        }
        AtomicInteger whenBegun = new AtomicInteger();
        AtomicInteger whenEnded = new AtomicInteger();
        // From the first token on: in how many pieces the prompt is read follows the time that steps take.
        Heard single = new Heard() {
            @Override
            public void token(int id) {
                if (tokens.isEmpty()) {
                    whenBegun.set(tokensOf(many));
                }
                super.token(id);
            }

            @Override
            public void finished(GenerationEnd how) {
                whenEnded.set(tokensOf(many));
                super.finished(how);
            }
        };
        engine.generate(model, request(new Share(tenant, key), prompt(99, 20), 20), single);
        assertThat(single.all()).hasSize(20);
        // Nineteen more steps of four: one place is the single request's, three are left to the fifty, one of which may
        // begin.
        assertThat(whenEnded.get() - whenBegun.get()).isLessThanOrEqualTo(19 * 3 + 4);
        many.forEach(heard -> assertThat(heard.all()).hasSize(200));
    }

    private static int tokensOf(List<Heard> all) {
        return all.stream().mapToInt(heard -> heard.tokens.size()).sum();
    }

    @Test
    void tenThousandRandomEndsLeaveNothingBehind() {
        start(8, 1 << 20);
        ask("ada", prompt(0, 300), 5, SamplingOptions.GREEDY).all();
        engine.lendToPrefixes(0);
        engine.device();
        long idle = engine.activeBytes();
        engine.lendToPrefixes(1 << 20);
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 500; round++) {
            List<Generation> generations = new ArrayList<>();
            List<Heard> heard = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Heard each = new Heard();
                heard.add(each);
                generations.add(engine.generate(
                        model,
                        new GenerationRequest(
                                prompt(i, random.nextInt(1, 300)),
                                random.nextInt(1, 30),
                                Set.of(),
                                SamplingOptions.GREEDY,
                                "tenant" + i % 3),
                        each));
            }
            while (!generations.isEmpty()) {
                generations.remove(random.nextInt(generations.size())).cancel();
                if (random.nextInt(4) == 0) {
                    // As good as waiting for a step: the engine answers between two.
                    engine.device();
                }
            }
            heard.forEach(each -> assertThat(each.end.join()).isNotNull());
        }
        engine.lendToPrefixes(0);
        engine.device();
        assertThat(engine.activeBytes()).isEqualTo(idle);
    }

    @Test
    void unloadingEndsWhatRuns() {
        start(4, 1 << 26);
        Heard heard = ask("ada", prompt(5, 30), 100_000, SamplingOptions.GREEDY);
        heard.cached.join();
        engine.unload(model).join();
        assertThat(heard.end.join()).isEqualTo(GenerationEnd.CANCELLED);
        assertThat(MlxRuntime.activeBytes()).isEqualTo(starter.bytesBefore());
    }

    /** Allows even tokens, five of them. */
    private static final class FiveEven implements TokenConstraint {

        private final long[] even = new long[32];
        private int taken;

        FiveEven() {
            Arrays.fill(even, 0x5555_5555_5555_5555L);
        }

        @Override
        public boolean allows(int id) {
            return id % 2 == 0;
        }

        @Override
        public TokenMask mask() {
            return TokenMask.many(even);
        }

        @Override
        public void accept(int id) {
            taken++;
        }

        @Override
        public boolean complete() {
            return taken == 5;
        }
    }

    private Heard askEven(
            int[] prompt, SamplingOptions sampling, Optional<GenerationRequest.Logprobs> logprobs, Heard heard) {
        engine.generate(
                model,
                new GenerationRequest(prompt, 40, Set.of(), sampling, logprobs, Optional.of(new FiveEven()), "ada"),
                heard);
        return heard;
    }

    @Test
    void aConstraintHoldsAloneAndInABatchGreedyAndDrawn() {
        start(16, 0, true);
        SamplingOptions drawn = new SamplingOptions(1, 0.9f, 50, 0, 1, 0, 0, Map.of(), OptionalLong.of(4));
        List<Heard> kept = new ArrayList<>();
        List<Heard> free = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            kept.add(askEven(prompt(i, 9), i % 2 == 0 ? SamplingOptions.GREEDY : drawn, Optional.empty(), new Heard()));
            free.add(ask("bob", question(i), 12, SamplingOptions.GREEDY));
        }
        for (Heard heard : kept) {
            assertThat(heard.all()).hasSize(5).allMatch(id -> id % 2 == 0);
            assertThat(heard.end.join()).isEqualTo(GenerationEnd.STOP);
        }
        for (int i = 0; i < 6; i++) {
            assertThat(free.get(i).all())
                    .isEqualTo(
                            ask("bob", question(i), 12, SamplingOptions.GREEDY).all());
        }
    }

    @Test
    void likelihoodsAreThoseOfTheModelWhateverIsAllowed() {
        start(16, 0, true);
        Heard kept = new Heard();
        askEven(question(1), SamplingOptions.GREEDY, Optional.of(new GenerationRequest.Logprobs(5, false)), kept);
        kept.all();
        Heard free = score(question(1), 1, false);
        assertThat(kept.scores.get(0).top()).isNotEmpty();
        assertThat(kept.scores.get(0).top().get(0))
                .isEqualTo(free.scores.get(0).top().get(0));
    }
}
