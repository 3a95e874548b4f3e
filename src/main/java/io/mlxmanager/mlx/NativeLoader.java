package io.mlxmanager.mlx;

import io.mlxmanager.mlx.NativeBuild.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Finds, builds if need be, and loads the native library: first the one in the package, then one that an earlier start
 * left in the data folder, then a new one from the sources in the package. What fits is decided by what it was made from
 * ({@link NativeLibrary}); one that does not load on this machine is passed over.
 *
 * <p>The library is loaded from a copy of its own, because the JVM refuses to load one path for a second class loader,
 * and a web application that is restarted is one.
 */
public final class NativeLoader {

    private static final String PACKAGED = "/META-INF/native/lib/";

    /** What {@link #load} came to. */
    public sealed interface Outcome {

        /**
         * The library is in use.
         *
         * @param backend {@code cpu} or {@code mlx}
         * @param version of the back end
         * @param isa instruction set or device in use
         * @param library the file it came from
         */
        record Loaded(String backend, String version, String isa, String library) implements Outcome {}

        /**
         * There is no local engine.
         *
         * @param reason one message for the operator, saying what to install
         */
        record Unavailable(String reason) implements Outcome {}
    }

    private static Outcome outcome;
    private static volatile boolean loaded;

    private NativeLoader() {}

    /**
     * Loads the library once per class loader; later calls give the first outcome.
     *
     * @param home the product's data folder; a library built here is kept under {@code native/}
     * @param backend {@code auto}, {@code cpu}, {@code mlx} or {@code none}
     * @param log receives at most one line before and one after a build
     */
    public static synchronized Outcome load(Path home, String backend, Consumer<String> log) {
        if (outcome == null) {
            outcome = decide(home, backend, log);
        }
        return outcome;
    }

    /** @throws MlxException before the library was loaded */
    static void requireLoaded() {
        if (!loaded) {
            throw new MlxException("the native library is not loaded");
        }
    }

    private static Outcome decide(Path home, String backend, Consumer<String> log) {
        if (backend.equals("none")) {
            return new Outcome.Unavailable("It is switched off by mlx-manager.engine.backend=none");
        }
        try {
            Optional<MlxInstallation> mlx = NativeBuild.choose(backend);
            NativeLibrary wanted = NativeLibrary.wanted(mlx);
            if (packagedFits(wanted) && loadPackaged()) {
                return inUse("the package");
            }
            Path folder = home.resolve("native").resolve(wanted.hash());
            if (NativeLibrary.at(folder).filter(wanted::equals).isEmpty() || !loadCopy(folder)) {
                build(wanted, mlx, folder, log);
                loadBuilt(folder);
            }
            return inUse(folder.toString());
        } catch (BuildException e) {
            return new Outcome.Unavailable(e.getMessage());
        } catch (IOException | UncheckedIOException | UnsatisfiedLinkError | MlxException e) {
            return new Outcome.Unavailable("The native library cannot be used: " + e.getMessage());
        }
    }

    private static Outcome inUse(String where) {
        loaded = true;
        return new Outcome.Loaded(MlxRuntime.backend(), MlxRuntime.version(), MlxRuntime.isa(), where);
    }

    private static boolean packagedFits(NativeLibrary wanted) throws IOException {
        try (InputStream in = resource("library.properties")) {
            if (in == null) {
                return false;
            }
            Properties properties = new Properties();
            properties.load(in);
            return NativeLibrary.of(properties).equals(wanted);
        }
    }

    private static boolean loadPackaged() throws IOException {
        Path copy = Files.createTempFile("mlx-manager", NativeBuild.libraryName());
        try (InputStream in = resource(NativeBuild.libraryName())) {
            if (in == null) {
                return false;
            }
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return tryLoad(copy);
        } finally {
            discard(copy);
        }
    }

    private static InputStream resource(String name) {
        return NativeLoader.class.getResourceAsStream(PACKAGED + NativeBuild.platform() + "/" + name);
    }

    private static boolean loadCopy(Path folder) throws IOException {
        Path copy = copy(folder);
        try {
            return tryLoad(copy);
        } finally {
            discard(copy);
        }
    }

    /** @throws UnsatisfiedLinkError when even a library that was made here does not fit */
    private static void loadBuilt(Path folder) throws IOException {
        Path copy = copy(folder);
        try {
            System.load(copy.toString());
        } finally {
            discard(copy);
        }
    }

    private static Path copy(Path folder) throws IOException {
        Path copy = Files.createTempFile("mlx-manager", NativeBuild.libraryName());
        Files.copy(folder.resolve(NativeBuild.libraryName()), copy, StandardCopyOption.REPLACE_EXISTING);
        return copy;
    }

    /** The library stays mapped when its file is gone; a system that forbids the deletion does it at exit. */
    private static void discard(Path copy) {
        if (!copy.toFile().delete()) {
            copy.toFile().deleteOnExit();
        }
    }

    private static boolean tryLoad(Path library) {
        try {
            System.load(library.toString());
            return true;
        } catch (UnsatisfiedLinkError e) {
            // Made for another system library or another MLX; one that is made here will fit.
            return false;
        }
    }

    /** Builds beside the target and moves the folder into place whole, so that two starts at once do no harm. */
    private static void build(NativeLibrary wanted, Optional<MlxInstallation> mlx, Path folder, Consumer<String> log)
            throws IOException, BuildException {
        NativeBuild.requireCompiler();
        log.accept("Building the native library (" + wanted.backend() + " back end) for this machine; this happens once"
                + " and takes a minute or two");
        long began = System.nanoTime();
        Files.createDirectories(folder.getParent());
        Path work = Files.createTempDirectory(folder.getParent(), "build");
        try {
            Path sources = work.resolve("src");
            NativeSources.extract(sources);
            Path library = NativeBuild.build(sources, work.resolve("out"), mlx);
            Path finished = Files.createDirectory(work.resolve("finished"));
            Files.move(library, finished.resolve(NativeBuild.libraryName()));
            wanted.describe(finished);
            NativeLibrary.deleteTree(folder);
            Files.move(finished, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            NativeLibrary.deleteTree(work);
        }
        log.accept("Native library built in " + (System.nanoTime() - began) / 1_000_000_000L + " s");
    }
}
