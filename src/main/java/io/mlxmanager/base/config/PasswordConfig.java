package io.mlxmanager.base.config;

import java.util.List;

/**
 * The cost of one Argon2id hash. Raising a value makes existing passwords be hashed again at their next login.
 *
 * @param memory at least 8 KiB per lane
 * @param iterations passes over the memory
 * @param lanes degree of parallelism
 */
public record PasswordConfig(ByteSize memory, int iterations, int lanes) {

    static final ConfigKey<ByteSize> MEMORY = ConfigKey.size("mlx-manager.password.memory", "19 MiB");
    static final ConfigKey<Integer> ITERATIONS = ConfigKey.integer("mlx-manager.password.iterations", 2, 1, 100);
    static final ConfigKey<Integer> LANES = ConfigKey.integer("mlx-manager.password.lanes", 1, 1, 16);

    static final List<ConfigKey<?>> KEYS = List.of(MEMORY, ITERATIONS, LANES);

    public PasswordConfig {
        long kibibytes = memory.bytes() >> 10;
        if (kibibytes < 8L * lanes || kibibytes > 4L << 20) {
            throw new IllegalArgumentException(MEMORY.name() + " must be between 8 KiB per lane and 4 GiB");
        }
    }

    public static PasswordConfig read(ConfigValues values) {
        return new PasswordConfig(values.read(MEMORY), values.read(ITERATIONS), values.read(LANES));
    }
}
