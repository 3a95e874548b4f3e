package io.mlxmanager.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cpu back end built with AddressSanitizer and UndefinedBehaviorSanitizer, its threads with ThreadSanitizer. Skips where
 * the compiler has none; {@code -Dsanitizers.required=true} makes that a failure.
 */
class NativeSanitizersTest {

    private static final Path SOURCES = Path.of("src/main/native").toAbsolutePath();
    private static final Path CHECKS = Path.of("src/test/native").toAbsolutePath();
    private static final String ADDRESS = "-fsanitize=address,undefined";
    private static final String THREAD = "-fsanitize=thread";

    @TempDir
    private Path work;

    @Test
    void operationsAndStoresTouchNothingThatIsNotTheirs() throws IOException {
        String compiler = compilerWith(ADDRESS);
        List<Path> units = new ArrayList<>(List.of(CHECKS.resolve("backend_check.cpp"), SOURCES.resolve("shape.cpp")));
        try (Stream<Path> files = Files.list(SOURCES.resolve("cpu"))) {
            files.filter(file -> file.toString().endsWith(".cpp")).sorted().forEach(units::add);
        }
        Commands.Result result = run(build(compiler, units, ADDRESS, "-fno-sanitize-recover=all"), "7", "4");
        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(result.output()).contains("auto: 4 rounds", "scalar: 4 rounds");
    }

    @Test
    void theThreadsThatComputeDoNotRace() throws IOException {
        String compiler = compilerWith(THREAD);
        Path program = build(
                compiler, List.of(CHECKS.resolve("threads_check.cpp"), SOURCES.resolve("cpu/threads.cpp")), THREAD);
        Commands.Result result = run(program);
        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(result.output()).contains("0 failures");
    }

    private Commands.Result run(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command, work);
    }

    /** The compiler, if what it builds with that sanitizer runs here. */
    private String compilerWith(String sanitizer) throws IOException {
        String compiler = NativeBuild.compiler().orElse("");
        boolean able = false;
        if (!compiler.isEmpty()) {
            Path empty = Files.writeString(work.resolve("empty.cpp"), "int main() { return 0; }\n");
            Path program = work.resolve("empty");
            List<String> command = List.of(compiler, sanitizer, empty.toString(), "-o", program.toString());
            able = Commands.run(command, work).exit() == 0 && run(program).exit() == 0;
        }
        assumeTrue(able || Boolean.getBoolean("sanitizers.required"), "No compiler with " + sanitizer);
        assertThat(able).as("a compiler with %s", sanitizer).isTrue();
        return compiler;
    }

    private Path build(String compiler, List<Path> units, String... sanitizer) {
        List<String> link = new ArrayList<>(List.of(compiler));
        link.addAll(List.of(sanitizer));
        for (Path unit : units) {
            Path object = work.resolve(unit.getFileName() + ".o");
            List<String> command = new ArrayList<>(List.of(
                    compiler, "-std=c++17", "-O1", "-g", "-fno-math-errno", "-fno-omit-frame-pointer", "-I" + SOURCES));
            command.addAll(List.of(sanitizer));
            command.addAll(NativeBuild.instructionSet(
                    NativeBuild.platform(), unit.getFileName().toString()));
            command.addAll(List.of("-c", unit.toString(), "-o", object.toString()));
            require(command);
            link.add(object.toString());
        }
        Path program = work.resolve("check");
        link.addAll(List.of("-pthread", "-o", program.toString()));
        require(link);
        return program;
    }

    private void require(List<String> command) {
        Commands.Result result = Commands.run(command, work);
        assertThat(result.exit()).as("%s%n%s", command, result.output()).isZero();
    }
}
