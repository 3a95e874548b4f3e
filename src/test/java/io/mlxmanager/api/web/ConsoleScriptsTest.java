package io.mlxmanager.api.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests of the page's plain modules, src/test/js, with Node where there is one. They see the modules as the
 * browser does: the same files, and the libraries of the import map from the same jars.
 */
class ConsoleScriptsTest {
    private static final String MARKED = "/META-INF/resources/_static/marked/17.0.5/lib/marked.esm.js";

    @Test
    void thePlainModulesPassTheirTests(@TempDir Path folder) throws IOException, InterruptedException {
        Optional<Path> node = Node.path();
        assumeTrue(node.isPresent(), "No node on the PATH: the tests of src/test/js are not run");
        copy(Path.of("src/main/webapp/app"), folder.resolve("app"));
        copy(Path.of("src/test/js"), folder.resolve("test"));
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
        library(folder.resolve("node_modules/marked"));

        List<String> command = new ArrayList<>(List.of(node.get().toString(), "--test"));
        try (Stream<Path> tests = Files.list(folder.resolve("test"))) {
            tests.filter(each -> each.toString().endsWith(".test.js"))
                    .sorted()
                    .forEach(each -> command.add(each.toString()));
        }
        assertThat(command).as("test files").hasSizeGreaterThan(2);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).as("ended in time").isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    private static void library(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\",\"main\":\"index.js\"}", UTF_8);
        try (InputStream in = ConsoleScriptsTest.class.getResourceAsStream(MARKED)) {
            assertThat(in).as(MARKED).isNotNull();
            Files.copy(in, folder.resolve("index.js"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
