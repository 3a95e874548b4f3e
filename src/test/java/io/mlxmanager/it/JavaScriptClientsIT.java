package io.mlxmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlxmanager.it.Serves.Client;
import io.mlxmanager.it.Serves.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The official JavaScript clients, unmodified, as a second opinion: {@code src/test/js-clients}. Skipped where there is no
 * Node or no npm, or where they cannot be installed.
 */
class JavaScriptClientsIT {

    private static final Path SOURCES = Path.of("src/test/js-clients");
    private static final Path FOLDER = Path.of("target/it/js-clients");

    @Test
    @Serves(
            client = Client.OPENAI_JS,
            with = {
                Feature.CHAT,
                Feature.STREAM,
                Feature.TOOLS,
                Feature.RECORD,
                Feature.COMPLETIONS,
                Feature.RESPONSES,
                Feature.ERRORS
            })
    @Serves(
            client = Client.ANTHROPIC_JS,
            with = {Feature.CHAT, Feature.STREAM, Feature.TOOLS, Feature.RECORD, Feature.COUNT_TOKENS, Feature.ERRORS})
    void theyAreServed() throws Exception {
        assumeTrue(runs("node", "--version") && runs("npm", "--version"), "Node and npm are not installed");
        copy();
        boolean installed = run(FOLDER, List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")) == 0;
        assumeTrue(installed, () -> "the clients could not be installed: " + output());
        assertThat(run(FOLDER, List.of("node", "--test"))).as(output()).isZero();
    }

    private static void copy() throws IOException {
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static String output() {
        try {
            return Files.readString(FOLDER.resolve("output.txt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(Path folder, List<String> command) throws IOException, InterruptedException {
        RunningServer server = RunningServer.shared();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        builder.environment().put("BASE_URL", server.baseUrl().toString());
        builder.environment()
                .put("TOKEN", ApiClient.of(server, "ada@example.com").token());
        builder.environment().put("MODEL", "mlx-manager/starter-qwen3-4m-4bit");
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " does not end:\n" + output());
        }
        return process.exitValue();
    }
}
