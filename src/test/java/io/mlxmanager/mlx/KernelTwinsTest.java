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
 * The kernels of every instruction set against their scalar twin: those of this machine, and those of 64-bit ARM where a
 * cross compiler and an emulator are installed (Debian: g++-aarch64-linux-gnu, qemu-user-static).
 */
class KernelTwinsTest {

    private static final Path SOURCES = Path.of("src/main/native").toAbsolutePath();
    private static final Path CHECK =
            Path.of("src/test/native/kernels_check.cpp").toAbsolutePath();
    private static final String CROSS_COMPILER = "aarch64-linux-gnu-g++";
    private static final String EMULATOR = "qemu-aarch64-static";

    /** What the check said on this machine; it is built and run once. */
    private static String checked = "";

    @TempDir
    private Path work;

    @Test
    void theKernelsOfThisMachineAgreeWithTheScalarOnes() throws IOException {
        assertThat(check()).contains("scalar: ");
    }

    @Test
    void theMatricesOfAmxAgreeWithTheScalarKernels() throws IOException {
        String output = check();
        assumeTrue(
                !output.contains("amx is not here"),
                "The AMX kernels are not tested: this machine or its compiler has no AMX");
        assertThat(output).containsPattern("amx: \\d+ values agree");
    }

    private String check() throws IOException {
        if (!checked.isEmpty()) {
            return checked;
        }
        String compiler = NativeBuild.compiler().orElse("");
        assumeTrue(
                !compiler.isEmpty() || !Boolean.parseBoolean(System.getProperty("mlx.required", "true")),
                "There is no C++ compiler");
        Path program = build(compiler, NativeBuild.platform());
        Commands.Result result = Commands.run(List.of(program.toString()), work);
        assertThat(result.exit()).as(result.output()).isZero();
        checked = result.output();
        return checked;
    }

    @Test
    void theKernelsOf64BitArmAgreeWithTheScalarOnesUnderAnEmulator() throws IOException {
        assumeTrue(
                runs(CROSS_COMPILER) && runs(EMULATOR),
                "The NEON kernels are not tested: " + CROSS_COMPILER + " and " + EMULATOR + " are not installed");
        Path program = build(CROSS_COMPILER, "linux-aarch64");
        Commands.Result result = Commands.run(List.of(EMULATOR, program.toString()), work);
        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(result.output()).contains("neon: ", "neondot: ");
    }

    private static boolean runs(String program) {
        return Commands.run(List.of(program, "--version"), Path.of(".")).exit() == 0;
    }

    private Path build(String compiler, String platform) throws IOException {
        List<String> link = new ArrayList<>(List.of(compiler, "-std=c++17", "-O1", "-I" + SOURCES, CHECK.toString()));
        try (Stream<Path> files = Files.list(SOURCES.resolve("cpu"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.matches("(kernels_\\w+|isa|amx)\\.cpp")) {
                    link.add(compile(compiler, platform, file));
                }
            }
        }
        Path program = work.resolve("check");
        link.addAll(List.of("-static", "-o", program.toString()));
        if (platform.startsWith("macos")) {
            link.remove("-static");
        }
        require(link);
        return program;
    }

    private String compile(String compiler, String platform, Path file) {
        Path object = work.resolve(file.getFileName() + ".o");
        List<String> command = new ArrayList<>(List.of(
                compiler, "-std=c++17", "-O2", "-fno-math-errno", "-c", file.toString(), "-o", object.toString()));
        command.addAll(NativeBuild.instructionSet(platform, file.getFileName().toString()));
        require(command);
        return object.toString();
    }

    private void require(List<String> command) {
        Commands.Result result = Commands.run(command, work);
        assertThat(result.exit()).as("%s%n%s", command, result.output()).isZero();
    }
}
