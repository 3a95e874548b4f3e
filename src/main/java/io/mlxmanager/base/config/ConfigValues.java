package io.mlxmanager.base.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the records of this package take their values from. A value that is absent or blank gives the default; one that
 * cannot be read stops the start and names its key.
 */
public final class ConfigValues {

    private final Function<String, Optional<String>> source;

    public ConfigValues(Function<String, Optional<String>> source) {
        this.source = source;
    }

    /** Values of a map, defaults for everything else; for tests and tools. */
    public static ConfigValues of(Map<String, String> values) {
        return new ConfigValues(name -> Optional.ofNullable(values.get(name)));
    }

    /**
     * The value of a key.
     *
     * @throws IllegalArgumentException naming the key, and the value unless it is a secret
     */
    public <T> T read(ConfigKey<T> key) {
        String text = source.apply(key.name())
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .orElse(key.defaultText());
        try {
            return key.parser().apply(text);
        } catch (IllegalArgumentException e) {
            String shown = key.secret() ? "(secret)" : "'" + text + "'";
            throw new IllegalArgumentException(key.name() + " = " + shown + ": " + e.getMessage(), e);
        }
    }
}
