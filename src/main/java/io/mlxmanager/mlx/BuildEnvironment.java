package io.mlxmanager.mlx;

import java.util.Optional;

/**
 * The variables by which builds of native code are told about the machine, under the names that every build tool uses.
 * The one place outside the configuration that reads the environment: this package may use nothing of ours.
 */
final class BuildEnvironment {

    private BuildEnvironment() {}

    /** The C++ compiler to use, {@code CXX}. */
    static Optional<String> compiler() {
        return read("CXX");
    }

    /** Where MLX lies, {@code MLX_ROOT} or the system property {@code mlx.root}. */
    static Optional<String> mlxRoot() {
        return Optional.ofNullable(System.getProperty("mlx.root"))
                .filter(value -> !value.isBlank())
                .or(() -> read("MLX_ROOT"));
    }

    private static Optional<String> read(String name) {
        return Optional.ofNullable(System.getenv(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
