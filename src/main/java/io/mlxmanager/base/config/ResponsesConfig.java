package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * Responses that callers may continue.
 *
 * @param retention how long they are kept; zero keeps none
 */
public record ResponsesConfig(Duration retention) {

    static final ConfigKey<Duration> RETENTION = ConfigKey.duration("mlx-manager.responses.retention", "30d");

    static final List<ConfigKey<?>> KEYS = List.of(RETENTION);

    public static ResponsesConfig read(ConfigValues values) {
        return new ResponsesConfig(values.read(RETENTION));
    }
}
