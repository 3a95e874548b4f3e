package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JSDoc types of the page's modules, where scripts/check-types.sh has fetched a compiler before: a build fetches
 * nothing from npm.
 */
class ConsoleTypesTest {

    private static final Path COMPILER = Path.of("target/types/node_modules/typescript/bin/tsc");

    @Test
    void theTypesThatTheModulesSayAreTrue(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.isRegularFile(COMPILER), "No TypeScript: scripts/check-types.sh was not run");
        assumeTrue(Node.path().isPresent(), "No node on the PATH");
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Node.path().get().toString(), COMPILER.toString(), "-p", "jsconfig.json")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).as("ended in time").isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(output, StandardCharsets.UTF_8))
                .isZero();
    }
}
