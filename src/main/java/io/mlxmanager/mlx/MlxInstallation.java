package io.mlxmanager.mlx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MLX as it is installed on this machine, by Homebrew, by pip or by hand.
 *
 * @param root folder with {@code include/mlx} and {@code lib}
 * @param version as its headers say
 * @param gpu whether it was built for Metal or CUDA
 */
record MlxInstallation(Path root, String version, boolean gpu) {

    /** Older ones abort the process on errors of the GPU. */
    static final int OLDEST_MINOR = 32;

    private static final Pattern VERSION_LINE = Pattern.compile("MLX_VERSION_(MAJOR|MINOR|PATCH)\\s+(\\d+)");

    /** Where the installers put it; the first that has the headers and the library counts. */
    static Optional<MlxInstallation> find() {
        for (Path root : candidates()) {
            Optional<MlxInstallation> found = at(root);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The installation in that folder, if it is one and new enough. */
    static Optional<MlxInstallation> at(Path root) {
        Path header = root.resolve("include/mlx/version.h");
        if (!Files.isRegularFile(header) || library(root).isEmpty()) {
            return Optional.empty();
        }
        try {
            int[] version = new int[3];
            Matcher matcher = VERSION_LINE.matcher(Files.readString(header));
            while (matcher.find()) {
                version["MAJOR MINOR PATCH".indexOf(matcher.group(1)) / 6] = Integer.parseInt(matcher.group(2));
            }
            if (version[0] == 0 && version[1] < OLDEST_MINOR) {
                return Optional.empty();
            }
            boolean gpu = Files.exists(root.resolve("lib/mlx.metallib")) || builtForCuda(root);
            return Optional.of(new MlxInstallation(root, version[0] + "." + version[1] + "." + version[2], gpu));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The folder that holds the shared library. */
    Path libraryFolder() {
        return library(root).orElseThrow().getParent();
    }

    private static boolean builtForCuda(Path root) throws IOException {
        Path config = root.resolve("share/cmake/MLX/MLXConfig.cmake");
        return Files.isRegularFile(config)
                && Pattern.compile("MLX_BUILD_CUDA\\s+(ON|TRUE|1)")
                        .matcher(Files.readString(config))
                        .find();
    }

    private static Optional<Path> library(Path root) {
        for (String folder : List.of("lib", "lib64")) {
            for (String name : List.of("libmlx.dylib", "libmlx.so")) {
                Path library = root.resolve(folder).resolve(name);
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> candidates() {
        List<Path> roots = new ArrayList<>();
        BuildEnvironment.mlxRoot().map(Path::of).ifPresent(roots::add);
        roots.add(Path.of("/opt/homebrew"));
        roots.add(Path.of("/usr/local"));
        pipRoot().ifPresent(roots::add);
        return roots;
    }

    /** {@code python3 -m mlx --cmake-dir} answers with share/cmake/MLX below the package. */
    private static Optional<Path> pipRoot() {
        Commands.Result asked = Commands.run(List.of("python3", "-m", "mlx", "--cmake-dir"), Path.of("."));
        if (asked.exit() != 0 || asked.output().isBlank()) {
            return Optional.empty();
        }
        Path folder = Path.of(
                asked.output().strip().lines().reduce((first, last) -> last).orElseThrow());
        return folder.getNameCount() > 3
                ? Optional.of(folder.getParent().getParent().getParent())
                : Optional.empty();
    }
}
