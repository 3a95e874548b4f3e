package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * How long requests may take.
 *
 * @param chat from the request to the end of the answer, waiting and loading included
 */
public record TimeoutConfig(Duration chat) {

    static final ConfigKey<Duration> CHAT = ConfigKey.duration("mlx-manager.timeouts.chat", "15m");

    static final List<ConfigKey<?>> KEYS = List.of(CHAT);

    public static TimeoutConfig read(ConfigValues values) {
        return new TimeoutConfig(values.read(CHAT));
    }
}
