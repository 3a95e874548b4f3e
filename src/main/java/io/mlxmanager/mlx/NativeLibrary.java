package io.mlxmanager.mlx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What a native library was made from: two that are equal can stand in for one another.
 *
 * @param backend {@code cpu} or {@code mlx}
 * @param platform operating system and processor family
 * @param sources hash of the sources
 * @param mlx version of MLX it needs; empty for our own back end
 * @param mlxRoot where that MLX lies; empty for our own back end
 */
record NativeLibrary(String backend, String platform, String sources, String mlx, String mlxRoot) {

    private static final String FILE = "library.properties";

    static NativeLibrary wanted(Optional<MlxInstallation> mlx) {
        return new NativeLibrary(
                mlx.isPresent() ? "mlx" : "cpu",
                NativeBuild.platform(),
                NativeSources.hash(),
                mlx.map(MlxInstallation::version).orElse(""),
                mlx.map(installed -> installed.root().toString()).orElse(""));
    }

    /** The name of its folder in the data folder. */
    String hash() {
        byte[] all = String.join("\n", backend, platform, sources, mlx, mlxRoot).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(NativeSources.sha256().digest(all)).substring(0, 32);
    }

    /** What the library in that folder was made from; empty when there is none. */
    static Optional<NativeLibrary> at(Path folder) {
        Path description = folder.resolve(FILE);
        if (!Files.isRegularFile(description) || !Files.isRegularFile(folder.resolve(NativeBuild.libraryName()))) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(description)) {
            Properties properties = new Properties();
            properties.load(in);
            return Optional.of(of(properties));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static NativeLibrary of(Properties properties) {
        return new NativeLibrary(
                properties.getProperty("backend", ""),
                properties.getProperty("platform", ""),
                properties.getProperty("sources", ""),
                properties.getProperty("mlx", ""),
                properties.getProperty("mlx.root", ""));
    }

    /** Writes the description beside the library; its presence says that the library is complete. */
    void describe(Path folder) throws IOException {
        String text = "backend=" + backend + "\nplatform=" + platform + "\nsources=" + sources + "\nmlx=" + mlx
                + "\nmlx.root=" + mlxRoot.replace("\\", "\\\\") + "\n";
        Files.writeString(folder.resolve(FILE), text);
    }

    static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
