package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.embed.Vectors;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenMask;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.StarterEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an engine has to do, wherever it computes: each kind runs this on the starter model. */
public abstract class EngineContract {

    protected static final Path STARTER = StarterEngine.FOLDER;
    protected static final EngineOptions OPTIONS = new EngineOptions(2, true, 64, 4, 1 << 26);

    protected Engine engine;
    protected EngineModel model;

    /** An engine with {@link #OPTIONS}, ready to load. */
    protected abstract Engine open();

    @BeforeEach
    void start() {
        engine = open();
        model = engine.load(STARTER).join();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    protected final int[] question(int i) {
        return model.encode(
                "<|im_start|>user\nCount to " + i + ".<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    protected final Heard ask(String tenant, int[] prompt, int most) {
        Heard heard = new Heard();
        engine.generate(model, request(tenant, prompt, most), heard);
        return heard;
    }

    protected static GenerationRequest request(String tenant, int[] prompt, int most) {
        return new GenerationRequest(prompt, most, Set.of(), SamplingOptions.GREEDY, tenant);
    }

    @Test
    void tellsHowMuchWasReadAndWhatTheModelIs() {
        List<Integer> percents = Collections.synchronizedList(new ArrayList<>());
        EngineModel again = engine.load(STARTER, percents::add).join();

        assertThat(percents).isSorted().doesNotHaveDuplicates().endsWith(100);
        assertThat(again.facts().modelType()).isEqualTo("qwen3");
        assertThat(again.purpose()).isEqualTo(ModelPurpose.GENERATE);
        assertThat(again.tokenizer().decode(again.encode("Hello!"), 0, again.encode("Hello!").length))
                .isEqualTo("Hello!");
        assertThat(engine.holds(again)).isTrue();
        engine.unload(again).join();
    }

    @Test
    void aFolderThatIsNoModelFailsWithTheReason(@TempDir Path empty) {
        assertThatThrownBy(() -> engine.load(empty).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ModelFormatException.class);
    }

    @Test
    void answersTogetherAreThoseGivenAlone() {
        List<List<Integer>> alone = new ArrayList<>();
        for (int i = 3; i < 9; i++) {
            alone.add(ask("ada", question(i), 12).all());
        }
        List<Heard> together = new ArrayList<>();
        for (int i = 3; i < 9; i++) {
            together.add(ask("bob", question(i), 12));
        }
        for (int i = 0; i < alone.size(); i++) {
            assertThat(together.get(i).all()).hasSize(12).isEqualTo(alone.get(i));
            assertThat(together.get(i).end.join()).isEqualTo(GenerationEnd.LENGTH);
        }
    }

    @Test
    void aStopTokenEndsTheAnswerAndASeedDrawsItAgain() {
        List<Integer> plain = ask("ada", question(5), 12).all();
        Heard stopped = new Heard();
        engine.generate(
                model,
                new GenerationRequest(question(5), 12, Set.of(plain.get(4)), SamplingOptions.GREEDY, "ada"),
                stopped);
        assertThat(stopped.all()).isEqualTo(plain.subList(0, plain.indexOf(plain.get(4))));
        assertThat(stopped.end.join()).isEqualTo(GenerationEnd.STOP);

        SamplingOptions drawn =
                new SamplingOptions(1.5f, 0.9f, 40, 0.01f, 1.1f, 0.1f, 0.1f, Map.of(7, -3f), OptionalLong.of(4));
        List<List<Integer>> drawings = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Heard heard = new Heard();
            engine.generate(model, new GenerationRequest(question(5), 12, Set.of(), drawn, "eve" + i), heard);
            drawings.add(heard.all());
        }
        assertThat(drawings.get(0)).isEqualTo(drawings.get(1));
    }

    @Test
    void likelihoodsOfPromptAndAnswerAreTold() {
        Heard heard = new Heard();
        engine.generate(
                model,
                new GenerationRequest(
                        question(5),
                        6,
                        Set.of(),
                        SamplingOptions.GREEDY,
                        Optional.of(new GenerationRequest.Logprobs(3, true)),
                        Optional.empty(),
                        "ada"),
                heard);
        heard.all();
        assertThat(heard.prompt).hasSize(question(5).length - 1);
        assertThat(heard.scores).hasSize(6).allSatisfy(score -> {
            assertThat(score.top()).hasSize(3);
            assertThat(score.chosen()).isEqualTo(score.top().get(0));
        });
    }

    @Test
    void whatBeganAlikeIsKnownToItsTenantOnlyAndNotWhenTheMemoryIsTakenBack() {
        int[] prompt = question(7);
        assertThat(ask("ada", prompt, 3).all()).hasSize(3);
        Heard again = ask("ada", prompt, 3);
        again.all();
        assertThat(again.cached.join()).isEqualTo(prompt.length - 1);
        Heard stranger = ask("bob", prompt, 3);
        stranger.all();
        assertThat(stranger.cached.join()).isZero();

        engine.lendToPrefixes(0);
        Heard later = ask("ada", prompt, 3);
        later.all();
        assertThat(later.cached.join()).isZero();
    }

    @Test
    void anAnswerCanBeCancelledAndMayBecomeLongerThanItsRequestSaid() {
        Heard endless = new Heard();
        Generation running = engine.generate(model, request("ada", question(5), 1_000), endless);
        endless.first.join();
        running.cancel();
        assertThat(endless.end.join()).isEqualTo(GenerationEnd.CANCELLED);

        Heard grown = new Heard();
        Generation growing = engine.generate(model, request("ada", question(5), 400), grown);
        growing.allow(500);
        assertThat(grown.all()).hasSize(500);
    }

    @Test
    void unloadingEndsWhatRuns() {
        Heard heard = ask("ada", question(5), 1_000);
        heard.first.join();
        engine.unload(model).join();
        assertThat(heard.end.join()).isEqualTo(GenerationEnd.CANCELLED);
    }

    /** Even tokens only, a few of them; another set each time. */
    private static final class Even implements TokenConstraint {

        private int taken;

        @Override
        public boolean allows(int id) {
            return mask().contains(id);
        }

        @Override
        public TokenMask mask() {
            return taken % 2 == 0
                    ? TokenMask.few(new int[] {100 + 2 * taken, 102 + 2 * taken})
                    : TokenMask.many(new long[] {0, 0x5555_5555_5555_5555L});
        }

        @Override
        public void accept(int id) {
            taken++;
        }

        @Override
        public boolean complete() {
            return taken == 9;
        }
    }

    @Test
    void aConstraintHoldsForEveryTokenAndEndsTheAnswer() {
        SamplingOptions drawn = new SamplingOptions(1, 1, 0, 0, 1, 0, 0, Map.of(), OptionalLong.of(4));
        List<Heard> answers = new ArrayList<>();
        for (SamplingOptions how : List.of(SamplingOptions.GREEDY, drawn, SamplingOptions.GREEDY)) {
            Heard heard = new Heard();
            answers.add(heard);
            engine.generate(
                    model,
                    new GenerationRequest(
                            question(6), 40, Set.of(), how, Optional.empty(), Optional.of(new Even()), "ada"),
                    heard);
        }
        for (Heard heard : answers) {
            assertThat(heard.all()).hasSize(9);
            assertThat(heard.end.join()).isEqualTo(GenerationEnd.STOP);
            for (int i = 0; i < 9; i++) {
                int id = heard.tokens.get(i);
                assertThat(id % 2).isZero();
                assertThat(id).isBetween(i % 2 == 0 ? 100 + 2 * i : 64, i % 2 == 0 ? 102 + 2 * i : 126);
            }
        }
    }

    @Test
    void aConstraintThatFailsEndsItsAnswerAlone() {
        TokenConstraint broken = new TokenConstraint() {
            @Override
            public boolean allows(int id) {
                return false;
            }

            @Override
            public TokenMask mask() {
                throw new IllegalStateException("no mask");
            }

            @Override
            public void accept(int id) {}

            @Override
            public boolean complete() {
                return false;
            }
        };
        Heard heard = new Heard();
        engine.generate(
                model,
                new GenerationRequest(
                        question(6), 40, Set.of(), SamplingOptions.GREEDY, Optional.empty(), Optional.of(broken), "a"),
                heard);
        assertThatThrownBy(heard::all).hasRootCauseMessage("no mask");
        assertThat(ask("bob", question(6), 5).all()).hasSize(5);
    }

    @Test
    void makesVectorsAndTakesThemBack() {
        EngineModel embedder = engine.load(STARTER, ModelPurpose.EMBED).join();
        List<float[]> vectors = engine.embed(
                        embedder, List.of(model.encodeWhole("a cat"), model.encodeWhole("a cat")), Share.of("ada"))
                .result()
                .join();
        assertThat(embedder.purpose()).isEqualTo(ModelPurpose.EMBED);
        assertThat(vectors).hasSize(2).allSatisfy(vector -> assertThat(vector).hasSize(embedder.dimensions()));
        assertThat(Vectors.similarity(vectors.get(0), vectors.get(1))).isGreaterThan(0.999);
        assertThatThrownBy(() -> engine.embed(embedder, List.of(new int[0]), Share.of("ada")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(20)
    void tellsTheMemoryItHolds() {
        while (engine.activeBytes() == 0) {
            LockSupport.parkNanos(10_000_000);
        }
        engine.unload(model).join();
        while (engine.activeBytes() != 0) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(engine.device()).isNotEmpty();
    }
}
