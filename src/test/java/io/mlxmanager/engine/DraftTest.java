package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.TokenMask;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a draft model guesses, the answer is the one that there would be without it. */
@ExtendWith(NativeLibrary.class)
class DraftTest {

    private static final Path STARTER = StarterEngine.FOLDER;
    private static final int REQUESTS = 12;

    @RegisterExtension
    private final StarterEngine starter = new StarterEngine();

    private Engine engine;
    private EngineModel model;

    private void start(DraftPace pace, boolean exact) {
        engine = starter.start(LocalEngine.start(
                new EngineOptions(2, exact, 64, 5, 1 << 26), new LastingThreads("draft-test"), () -> pace));
        model = starter.model();
    }

    /** The starter model without its last layer: it guesses some of what the whole says. */
    private static Path shortened(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(STARTER)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        int layers = Integer.parseInt(text.replaceAll("(?s).*\"num_hidden_layers\": *(\\d+).*", "$1"));
        Files.writeString(
                config,
                text.replaceAll("\"num_hidden_layers\": *\\d+", "\"num_hidden_layers\": " + (layers - 1))
                        .replaceAll("(?s)\"layer_types\": *\\[[^]]*\\],", ""));
        return folder;
    }

    /** Keeps to ids below a limit, thirty of them. */
    private static final class Low implements TokenConstraint {

        private int taken;

        @Override
        public boolean allows(int id) {
            return id < 512;
        }

        @Override
        public TokenMask mask() {
            return TokenMask.many(new long[] {-1, -1, -1, -1, -1, -1, -1, -1});
        }

        @Override
        public void accept(int id) {
            taken++;
        }

        @Override
        public boolean complete() {
            return taken == 30;
        }
    }

    /** Greedy, drawn, punished, kept to a form, with likelihoods, of random lengths: always the same for one number. */
    private GenerationRequest request(int number) {
        SplittableRandom random = new SplittableRandom(number);
        SamplingOptions drawn =
                new SamplingOptions(0.8f, 0.95f, 40, 0, 1.1f, 0.2f, 0.1f, Map.of(7, -2f), OptionalLong.of(number));
        boolean greedy = random.nextInt(3) > 0;
        int[] prompt = model.encode("<|im_start|>user\nCount to " + (number % 12 + 3)
                + ".<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
        return new GenerationRequest(
                prompt,
                random.nextInt(1, 60),
                random.nextBoolean() ? Set.of() : Set.copyOf(List.of(random.nextInt(1000), random.nextInt(1000))),
                greedy ? SamplingOptions.GREEDY : drawn,
                random.nextInt(4) == 0 ? Optional.of(new GenerationRequest.Logprobs(2, false)) : Optional.empty(),
                random.nextInt(5) == 0 ? Optional.of(new Low()) : Optional.empty(),
                "tenant" + random.nextInt(3));
    }

    private Heard ask(int number, Optional<EngineModel> draft) {
        Heard heard = new Heard();
        engine.generate(model, new Companions(EngineAdapter.NONE, draft), request(number), heard);
        return heard;
    }

    /** Everything that was said of an answer. */
    private static List<Object> all(Heard heard) {
        return List.of(
                heard.end.join(),
                heard.tokens,
                heard.scores.stream().map(score -> score.top().get(0).id()).toList());
    }

    @ParameterizedTest
    @CsvSource({"1, true", "4, true", "8, true", "4, false"})
    void answersAreTheSameAloneAndInABatchWhateverIsGuessed(int ahead, boolean exact, @TempDir Path folder)
            throws IOException {
        start(DraftPace.always(ahead), exact);
        EngineModel same = engine.load(STARTER).join();
        EngineModel worse = engine.load(shortened(folder)).join();
        List<List<Object>> without = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            without.add(all(ask(i, Optional.empty())));
        }
        for (EngineModel draft : List.of(same, worse)) {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(all(ask(i, Optional.of(draft)))).as("alone, %d", i).isEqualTo(without.get(i));
            }
        }
        List<Heard> together = new ArrayList<>();
        for (int i = 0; i < 3 * REQUESTS; i++) {
            Optional<EngineModel> draft = i % 3 == 0 ? Optional.empty() : Optional.of(i % 3 == 1 ? same : worse);
            together.add(ask(i % REQUESTS, draft));
        }
        for (int i = 0; i < together.size(); i++) {
            assertThat(all(together.get(i))).as("together, %d", i).isEqualTo(without.get(i % REQUESTS));
        }
    }

    @Test
    void whatWasMeasuredDecidesAndChangesNothing(@TempDir Path folder) throws IOException {
        start(new DraftPace(), true);
        EngineModel worse = engine.load(shortened(folder)).join();
        List<List<Object>> without = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            without.add(all(ask(i, Optional.empty())));
        }
        List<Heard> with = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            with.add(ask(i, Optional.of(worse)));
        }
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(all(with.get(i))).isEqualTo(without.get(i));
        }
    }

    @Test
    void anAnswerOutlivesItsDraft() {
        start(DraftPace.always(3), true);
        EngineModel draft = engine.load(STARTER).join();
        Heard heard = new Heard();
        engine.generate(
                model,
                new Companions(EngineAdapter.NONE, Optional.of(draft)),
                new GenerationRequest(model.encode("Once"), 600, Set.of(), SamplingOptions.GREEDY, "ada"),
                heard);
        heard.first.join();
        engine.unload(draft).join();
        assertThat(heard.end.join()).isEqualTo(GenerationEnd.LENGTH);
        assertThat(heard.tokens).hasSize(600);
    }
}
