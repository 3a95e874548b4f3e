package io.mlxmanager.base.config;

import java.util.List;

/**
 * Requests that wait for a model.
 *
 * @param perModel most that may wait for one model
 * @param perUser most of one user that may wait, for whatever models
 */
public record QueueConfig(int perModel, int perUser) {

    static final ConfigKey<Integer> PER_MODEL = ConfigKey.integer("mlx-manager.queue.per-model", 256, 1, 100_000);
    static final ConfigKey<Integer> PER_USER = ConfigKey.integer("mlx-manager.queue.per-user", 128, 1, 100_000);

    static final List<ConfigKey<?>> KEYS = List.of(PER_MODEL, PER_USER);

    public static QueueConfig read(ConfigValues values) {
        return new QueueConfig(values.read(PER_MODEL), values.read(PER_USER));
    }
}
