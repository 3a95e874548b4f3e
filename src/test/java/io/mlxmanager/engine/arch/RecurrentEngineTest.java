package io.mlxmanager.engine.arch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.EngineOptions;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.mlx.KvStore;
import io.mlxmanager.mlx.MlxRuntime;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.TinyEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts that begin alike, on models that can only go on behind what they kept as a whole. */
@ExtendWith(NativeLibrary.class)
class RecurrentEngineTest {

    private static final int ANSWER = 10;

    @TempDir
    Path folder;

    @AfterEach
    void fast() {
        MlxRuntime.exact(false);
    }

    private record Answer(List<Integer> tokens, int cached) {}

    private static Answer ask(Engine engine, EngineModel model, int[] prompt) {
        Heard heard = new Heard();
        engine.generate(model, new GenerationRequest(prompt, ANSWER, Set.of(), SamplingOptions.GREEDY, "a"), heard);
        return new Answer(heard.all(), heard.cached.join());
    }

    static List<RecurrentFamilyTest.RecurrentCase> families() {
        return RecurrentFamilyTest.families().toList();
    }

    @ParameterizedTest
    @MethodSource("families")
    void whatIsGoneOnWithGivesTheSameAnswers(RecurrentFamilyTest.RecurrentCase known) {
        known.family()
                .fixture()
                .renamed(known.names())
                .write(folder, known.family().config());
        TinyEncoder.tokenizer(folder);
        int block = KvStore.blockPositions();
        int[] first = new SplittableRandom(8).ints(2 * block + 60, 0, 128).toArray();
        int[] other = first.clone();
        Arrays.fill(other, 2 * block + 30, other.length, 5);
        try (Engine forgetting = engine(0);
                Engine keeping = engine(64L << 20)) {
            EngineModel plain = forgetting.load(folder).join();
            EngineModel kept = keeping.load(folder).join();
            Answer begun = ask(keeping, kept, first);
            assertThat(begun.tokens).isEqualTo(ask(forgetting, plain, first).tokens);
            assertThat(begun.cached).isZero();
            int[] next = IntStream.concat(
                            IntStream.concat(
                                    Arrays.stream(first), begun.tokens.stream().mapToInt(Integer::intValue)),
                            IntStream.range(0, 20))
                    .toArray();
            Answer gone = ask(keeping, kept, next);
            assertThat(gone.tokens).isEqualTo(ask(forgetting, plain, next).tokens);
            assertThat(gone.cached).isEqualTo(first.length + ANSWER - 1);
            // It leaves the first one in the middle of a block: the state at the end of the block before is there.
            Answer left = ask(keeping, kept, other);
            assertThat(left.tokens).isEqualTo(ask(forgetting, plain, other).tokens);
            assertThat(left.cached).isEqualTo(2 * block);
            // Where nothing was kept, everything is read.
            Answer early = ask(keeping, kept, Arrays.copyOf(first, block + 40));
            assertThat(early.tokens).isEqualTo(ask(forgetting, plain, Arrays.copyOf(first, block + 40)).tokens);
            assertThat(early.cached).isZero();
        }
    }

    private static Engine engine(long prefixes) {
        return Engine.start(new EngineOptions(2, true, 64, 4, prefixes), new LastingThreads("recurrent-test"));
    }
}
