package io.mlxmanager.base.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the product keeps what it owns.
 *
 * @param folder absolute; may not exist yet
 */
public record HomeConfig(Path folder) {

    static final ConfigKey<Path> FOLDER = ConfigKey.path("mlx-manager.home", "~/.mlx-manager");

    static final List<ConfigKey<?>> KEYS = List.of(FOLDER);

    public static HomeConfig read(ConfigValues values) {
        return new HomeConfig(values.read(FOLDER));
    }
}
