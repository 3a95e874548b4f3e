package io.mlxmanager.base.config;

import java.util.List;

/**
 * What the inference API expects of its callers.
 *
 * @param strict whether a field that nobody knows is refused instead of being named in a header of the answer
 */
public record ApiConfig(boolean strict) {

    static final ConfigKey<Boolean> STRICT = ConfigKey.flag("mlx-manager.api.strict", false);

    static final List<ConfigKey<?>> KEYS = List.of(STRICT);

    public static ApiConfig read(ConfigValues values) {
        return new ApiConfig(values.read(STRICT));
    }
}
