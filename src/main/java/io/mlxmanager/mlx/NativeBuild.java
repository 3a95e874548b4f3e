package io.mlxmanager.mlx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Compiles the native sources into one shared library, with nothing but a C++17 compiler (C++20 for MLX). The Maven build
 * calls {@link #main}, a first start without a fitting library calls {@link #build}: one recipe for both.
 *
 * <p>Files whose names end in {@code _avx2}, {@code _avx512} or {@code _neondot} get the flags of that instruction set; they
 * run only where the processor has it.
 */
public final class NativeBuild {

    private static final Logger LOG = Logger.getLogger(NativeBuild.class.getName());
    private static final List<String> COMPILERS = List.of("c++", "g++", "clang++");

    /** What stands in the way of a build, for the operator. */
    static final String NO_COMPILER = "No C++ compiler was found. Install one and start again: Debian or Ubuntu: "
            + "apt install build-essential; Fedora: dnf install gcc-c++; macOS: xcode-select --install";

    /** A build that did not work; the message says what to do. */
    static final class BuildException extends Exception {

        private static final long serialVersionUID = 1L;

        BuildException(String message) {
            super(message);
        }
    }

    private final Path sources;
    private final Path work;
    private final String compiler;
    private final Optional<MlxInstallation> mlx;

    private NativeBuild(Path sources, Path work, String compiler, Optional<MlxInstallation> mlx) {
        this.sources = sources;
        this.work = work;
        this.compiler = compiler;
        this.mlx = mlx;
    }

    /** {@code linux-x86_64}, {@code macos-aarch64}, … */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "macos" : os.replace(' ', '-')) + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }

    static String libraryName() {
        return platform().startsWith("macos") ? "libmlxmanager.dylib" : "libmlxmanager.so";
    }

    /**
     * The compiler to use: the one the environment names, else the first of the usual names that answers.
     */
    static Optional<String> compiler() {
        List<String> candidates = new ArrayList<>();
        BuildEnvironment.compiler().ifPresent(candidates::add);
        candidates.addAll(COMPILERS);
        return candidates.stream()
                .filter(name ->
                        Commands.run(List.of(name, "--version"), Path.of(".")).exit() == 0)
                .findFirst();
    }

    /** The compiler to use, or what to install. */
    static String requireCompiler() throws BuildException {
        return compiler().orElseThrow(() -> new BuildException(NO_COMPILER));
    }

    /**
     * Builds the library.
     *
     * @param sources folder with the sources and their index
     * @param work empty folder for what the build leaves behind
     * @param mlx build the MLX back end against this; empty for our own
     * @return the library, inside {@code work}
     */
    static Path build(Path sources, Path work, Optional<MlxInstallation> mlx) throws BuildException {
        return new NativeBuild(sources, work, requireCompiler(), mlx).run();
    }

    private Path run() throws BuildException {
        List<String> units;
        try {
            units = Files.readAllLines(sources.resolve("sources.txt")).stream()
                    .map(String::strip)
                    .filter(name -> name.endsWith(".cpp") && !name.startsWith(mlx.isPresent() ? "cpu/" : "mlx/"))
                    .toList();
            Files.createDirectories(work);
        } catch (IOException e) {
            throw new BuildException("The native sources cannot be read: " + e.getMessage());
        }
        List<Path> objects = compileAll(units);
        Path library = work.resolve(libraryName());
        List<String> link = new ArrayList<>(List.of(compiler, "-shared", "-o", library.toString()));
        objects.forEach(object -> link.add(object.toString()));
        link.add("-pthread");
        mlx.ifPresent(installed -> link.addAll(
                List.of("-L" + installed.libraryFolder(), "-lmlx", "-Wl,-rpath," + installed.libraryFolder())));
        require(Commands.run(link, sources), "linking");
        return library;
    }

    private List<Path> compileAll(List<String> units) throws BuildException {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Path> objects = new ArrayList<>();
            List<Future<Commands.Result>> results = new ArrayList<>();
            for (String unit : units) {
                Path object = work.resolve(unit.replace('/', '_') + ".o");
                objects.add(object);
                results.add(pool.submit(() -> Commands.run(command(unit, object), sources)));
            }
            for (int i = 0; i < units.size(); i++) {
                require(results.get(i).get(), units.get(i));
            }
            return objects;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildException("The build was interrupted");
        } finally {
            pool.shutdownNow();
        }
    }

    private List<String> command(String unit, Path object) {
        List<String> command = new ArrayList<>(List.of(
                compiler,
                "-c",
                unit,
                "-o",
                object.toString(),
                mlx.isPresent() ? "-std=c++20" : "-std=c++17",
                "-O3",
                "-fPIC",
                "-fvisibility=hidden",
                "-fno-math-errno",
                "-pthread",
                "-Wall"));
        Path headers = Path.of(System.getProperty("java.home"), "include");
        command.add("-I" + headers);
        command.add("-I" + headers.resolve(platform().startsWith("macos") ? "darwin" : "linux"));
        mlx.ifPresent(installed -> command.add("-I" + installed.root().resolve("include")));
        command.addAll(instructionSet(platform(), unit));
        return command;
    }

    /** The flags of files that hold one instruction set's kernels, empty elsewhere; CMakeLists.txt has the same. */
    static List<String> instructionSet(String platform, String unit) {
        if (platform.endsWith("aarch64")) {
            return unit.endsWith("_neondot.cpp") ? List.of("-march=armv8.2-a+dotprod") : List.of();
        }
        if (!platform.endsWith("x86_64")) {
            return List.of();
        }
        if (unit.endsWith("_avx2.cpp")) {
            return List.of("-mavx2", "-mfma", "-mf16c");
        }
        if (unit.endsWith("_avx512.cpp") || unit.endsWith("_amx.cpp")) {
            return List.of(
                    "-mavx2", "-mfma", "-mf16c", "-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512dq", "-mavx512vnni");
        }
        return List.of();
    }

    private static void require(Commands.Result result, String what) throws BuildException {
        if (result.exit() != 0) {
            String output = result.output();
            String end = output.length() > 2000 ? "…" + output.substring(output.length() - 2000) : output;
            throw new BuildException("The native library could not be built (" + what + "): " + end);
        }
    }

    /**
     * For the Maven build: {@code NativeBuild <sources> <output> <auto|cpu|mlx|none>}. Writes the library and what it was
     * made from below the output folder. Without a compiler it says so and leaves the folder empty, because a start can
     * still build it; a compiler that fails is a failure.
     */
    public static void main(String[] arguments) throws IOException, BuildException {
        Path sources = Path.of(arguments[0]).toAbsolutePath();
        Path output = Path.of(arguments[1]).toAbsolutePath();
        String backend = arguments[2];
        if (backend.equals("none")) {
            return;
        }
        if (compiler().isEmpty()) {
            LOG.log(Level.WARNING, NO_COMPILER);
            return;
        }
        Optional<MlxInstallation> mlx = choose(backend);
        NativeLibrary wanted = NativeLibrary.wanted(mlx);
        Path folder = output.resolve(platform());
        Path library = folder.resolve(libraryName());
        if (NativeLibrary.at(folder).filter(wanted::equals).isPresent()) {
            return;
        }
        Files.createDirectories(folder);
        Path work = Files.createTempDirectory("mlx-manager-native");
        Files.move(build(sources, work, mlx), library, StandardCopyOption.REPLACE_EXISTING);
        NativeLibrary.deleteTree(work);
        wanted.describe(folder);
        LOG.log(Level.INFO, "Native library built: {0}, back end {1}", new Object[] {library, wanted.backend()});
    }

    /**
     * The MLX to build against; empty means our own kernels. A choice of {@code auto} takes MLX where it has a GPU to
     * run on: its x86 kernels are scalar and an order of magnitude slower than ours.
     *
     * @param backend {@code auto}, {@code cpu} or {@code mlx}
     */
    static Optional<MlxInstallation> choose(String backend) throws BuildException {
        if (backend.equals("cpu")) {
            return Optional.empty();
        }
        Optional<MlxInstallation> found = MlxInstallation.find();
        if (backend.equals("mlx")) {
            return Optional.of(
                    found.orElseThrow(
                            () -> new BuildException(
                                    "MLX 0." + MlxInstallation.OLDEST_MINOR
                                            + " or newer was not found. Install it (macOS: brew install mlx, or pip install mlx) or set MLX_ROOT")));
        }
        return found.filter(installed -> installed.gpu() || !platform().endsWith("x86_64"));
    }
}
