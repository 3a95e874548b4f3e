package io.mlxmanager.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.threads.LastingThreads;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.testing.BlockFolder;
import io.mlxmanager.testing.Heard;
import io.mlxmanager.testing.NativeLibrary;
import io.mlxmanager.testing.StarterEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that outlive the engine, on the starter model. */
@ExtendWith(NativeLibrary.class)
class PrefixDiskTest {

    private static final byte[] SECRET =
            "a secret of thirty-two characters".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @RegisterExtension
    private final StarterEngine starter = new StarterEngine();

    private Engine engine;
    private EngineModel model;

    private void start(long bytes, byte[] secret) {
        engine = starter.start(Engine.start(
                new EngineOptions(1, true, 64, 4, 1 << 28).withDisk(new EngineOptions.Disk(folder, bytes, secret)),
                new LastingThreads("disk-test")));
        model = starter.model();
    }

    private record Answer(List<Integer> tokens, int cached) {}

    private Answer ask(String tenant, int[] prompt) {
        Heard heard = new Heard();
        engine.generate(model, new GenerationRequest(prompt, 8, Set.of(), SamplingOptions.GREEDY, tenant), heard);
        return new Answer(heard.all(), heard.cached.join());
    }

    private static int[] prompt(int seed, int length) {
        return new SplittableRandom(seed).ints(length, 10, 500).toArray();
    }

    private List<Path> files() {
        return new BlockFolder(folder).files();
    }

    private void awaitFiles(int count) {
        new BlockFolder(folder).await(engine, count);
    }

    private void restart(byte[] secret) {
        engine.close();
        start(1 << 28, secret);
    }

    @Test
    void aPromptIsNotReadAgainAfterARestartAndOnlyItsTenantProfits() {
        start(1 << 28, SECRET);
        int[] prompt = prompt(1, 1100);
        Answer first = ask("ada", prompt);
        assertThat(first.cached()).isZero();
        awaitFiles(4);

        restart(SECRET);
        assertThat(ask("bob", prompt).cached()).as("another tenant").isZero();
        Answer again = ask("ada", prompt);
        assertThat(again.cached()).isEqualTo(1024);
        assertThat(again.tokens()).isEqualTo(first.tokens());
        assertThat(ask("ada", prompt).cached()).as("in memory now").isEqualTo(1099);

        restart("another secret of thirty-two chars".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(ask("ada", prompt).cached()).as("another salt").isZero();
    }

    @Test
    void anotherModelOrAnotherBeginningFindsNothing() {
        start(1 << 28, SECRET);
        int[] prompt = prompt(2, 600);
        ask("ada", prompt);
        awaitFiles(2);
        restart(SECRET);
        int[] other = prompt.clone();
        other[0]++;
        assertThat(ask("ada", other).cached()).isZero();
        other[0]--;
        other[300]++;
        assertThat(ask("ada", other).cached()).isEqualTo(256);
    }

    @Test
    void whatIsBrokenOrForeignIsReadAnew() throws IOException {
        start(1 << 28, SECRET);
        int[] prompt = prompt(3, 1100);
        Answer first = ask("ada", prompt);
        awaitFiles(4);
        engine.close();
        List<Path> files = files();
        byte[] bytes = Files.readAllBytes(files.get(0));
        bytes[bytes.length / 2] ^= 1;
        Files.write(files.get(0), bytes);
        Files.write(files.get(1), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(files.get(2), new byte[0]);
        Files.copy(files.get(3), folder.resolve("f".repeat(64) + ".kv"));
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("block1.part"), "cut");

        start(1 << 28, SECRET);
        Answer again = ask("ada", prompt);
        assertThat(again.tokens()).isEqualTo(first.tokens());
        assertThat(again.cached()).isLessThan(1024);
        assertThat(folder.resolve("notes.txt")).exists();
        assertThat(folder.resolve("block1.part")).doesNotExist();
    }

    @Test
    void theFolderKeepsItsBudget() throws IOException {
        start(1 << 28, SECRET);
        ask("ada", prompt(4, 300));
        awaitFiles(1);
        long one = Files.size(files().get(0));
        engine.close();
        start(3 * one, SECRET);
        for (int seed = 5; seed < 15; seed++) {
            ask("ada", prompt(seed, 300));
        }
        engine.close();
        assertThat(files()).hasSizeLessThanOrEqualTo(3).isNotEmpty();
        start(3 * one, SECRET);
    }
}
