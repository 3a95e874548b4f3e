package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * How wrong passwords are slowed down.
 *
 * @param freeAttempts wrong passwords for one account from one address before the first wait
 * @param maxDelay longest wait; waits double from one second up to it
 */
public record LoginConfig(int freeAttempts, Duration maxDelay) {

    static final ConfigKey<Integer> FREE_ATTEMPTS = ConfigKey.integer("mlx-manager.login.free-attempts", 5, 1, 1000);
    static final ConfigKey<Duration> MAX_DELAY = ConfigKey.duration("mlx-manager.login.max-delay", "60s");

    static final List<ConfigKey<?>> KEYS = List.of(FREE_ATTEMPTS, MAX_DELAY);

    public static LoginConfig read(ConfigValues values) {
        return new LoginConfig(values.read(FREE_ATTEMPTS), values.read(MAX_DELAY));
    }
}
