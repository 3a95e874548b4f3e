package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.BlockFolder;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with keys and values of 8 and 4 bits, on the starter model. */
@ExtendWith(NativeLibrary.class)
class PackedKvEngineTest {

    private static final byte[] SECRET = "a secret of thirty-two characters".getBytes(StandardCharsets.UTF_8);
    private static final EngineOptions OPTIONS = new EngineOptions(1, false, 64, 5, 1 << 26);

    @TempDir
    private Path folder;

    private final long before = MlxRuntime.activeBytes();
    private Engine engine;
    private EngineModel model;

    private void start(EngineOptions options) {
        stop();
        engine = Engine.start(options, new LastingThreads("packed-kv-test"));
        model = engine.load(StarterEngine.FOLDER).join();
    }

    @AfterEach
    void stop() {
        if (engine != null) {
            engine.close();
            engine = null;
            assertThat(MlxRuntime.activeBytes()).isEqualTo(before);
        }
    }

    private Heard ask(int[] prompt, Companions companions) {
        Heard heard = new Heard();
        engine.generate(
                model, companions, new GenerationRequest(prompt, 12, Set.of(), SamplingOptions.GREEDY, "ada"), heard);
        return heard;
    }

    private Heard ask(int[] prompt) {
        return ask(prompt, Companions.NONE);
    }

    private int[] question(int i) {
        return model.encode("<|im_start|>user\nCount to " + (i % 12 + 3)
                + ".<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    /** A prompt of some blocks that ends with a question. */
    private int[] longPrompt() {
        int[] story = model.encode("<|im_start|>user\nTell me about the sea.<|im_end|>\n<|im_start|>assistant\n"
                + "The sea is wide and blue, and the fish in it are many. ".repeat(60) + "<|im_end|>\n");
        return IntStream.concat(IntStream.of(story), IntStream.of(question(5))).toArray();
    }

    private List<List<Integer>> answers() {
        return IntStream.range(0, 12).mapToObj(i -> ask(question(i)).all()).toList();
    }

    @Test
    void whatTheModelIsSureOfIsTheSameWithEightBits() {
        start(OPTIONS);
        List<List<Integer>> half = answers();
        start(OPTIONS.withKvBits(8));
        assertThat(answers()).isEqualTo(half);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 8, 4})
    void theTextOfARequestDoesNotDependOnWhatElseRuns(int bits) {
        start(OPTIONS.withKvBits(bits));
        List<List<Integer>> alone = answers();
        List<Heard> together =
                IntStream.range(0, 12).mapToObj(i -> ask(question(i))).toList();
        assertThat(together.stream().map(Heard::all).toList()).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4})
    void aGuessedAnswerIsTheSame(int bits) {
        start(OPTIONS.withKvBits(bits));
        List<Integer> alone = ask(question(4)).all();
        EngineModel draft = engine.load(StarterEngine.FOLDER).join();
        assertThat(ask(question(4), new Companions(EngineAdapter.NONE, Optional.of(draft)))
                        .all())
                .isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 4})
    void aCachedBeginningGivesTheSameAnswer(int bits) {
        start(OPTIONS.withKvBits(bits));
        int[] prompt = longPrompt();
        Heard first = ask(prompt);
        List<Integer> expected = first.all();
        Heard again = ask(prompt);
        assertThat(again.all()).isEqualTo(expected);
        assertThat(first.cached.join()).isZero();
        assertThat(again.cached.join()).isEqualTo(prompt.length - 1);
    }

    @Test
    void blocksOnDiskAreReadByAnEngineOfTheSameBitsAndByNoOther() throws IOException {
        EngineOptions onDisk = OPTIONS.withDisk(new EngineOptions.Disk(folder, 1 << 28, SECRET));
        BlockFolder stored = new BlockFolder(folder);
        long bytes = 0;
        int blocks = 0;
        int written = 0;
        for (int bits : new int[] {16, 8, 4}) {
            start(onDisk.withKvBits(bits));
            int[] prompt = longPrompt();
            blocks = (prompt.length - 1) / 256;
            Heard first = ask(prompt);
            List<Integer> expected = first.all();
            assertThat(first.cached.join()).as("blocks of other bits").isZero();
            written += blocks;
            stored.await(engine, written);
            stop();
            long now = bytes(stored);
            if (bits < 16) {
                long perPosition = 4 * 4 * (64L * bits / 8 + 4);
                assertThat(now - bytes).isBetween(blocks * 256L * perPosition, blocks * (256 * perPosition + 4096));
            }
            bytes = now;
            start(onDisk.withKvBits(bits));
            Heard again = ask(prompt);
            assertThat(again.all()).isEqualTo(expected);
            assertThat(again.cached.join()).isEqualTo(blocks * 256);
            stop();
        }
        assertThat(blocks).isPositive();
        assertThat(stored.files()).hasSize(3 * blocks);
    }

    private static long bytes(BlockFolder stored) throws IOException {
        long bytes = 0;
        for (Path file : stored.files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    @Test
    void exactAndPackedExcludeEachOther() {
        assertThatThrownBy(() -> EngineOptions.DEFAULT.withKvBits(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 bits");
        assertThatThrownBy(() -> new EngineOptions(1, true, 64, 1, 0).withKvBits(8))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
