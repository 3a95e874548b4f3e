package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * The audit log.
 *
 * @param queueCapacity rows that may wait for the database
 * @param queueTimeout how long a finished request waits for room in a full queue before its row is given up, loudly
 * @param retention age at which rows are removed
 * @param maxRows number of rows beyond which the oldest are removed
 */
public record AuditConfig(int queueCapacity, Duration queueTimeout, Duration retention, int maxRows) {

    static final ConfigKey<Integer> QUEUE_CAPACITY =
            ConfigKey.integer("mlx-manager.audit.queue-capacity", 10_000, 1, 10_000_000);
    static final ConfigKey<Duration> QUEUE_TIMEOUT = ConfigKey.duration("mlx-manager.audit.queue-timeout", "5s");
    static final ConfigKey<Duration> RETENTION = ConfigKey.duration("mlx-manager.audit.retention", "365d");
    static final ConfigKey<Integer> MAX_ROWS =
            ConfigKey.integer("mlx-manager.audit.max-rows", 5_000_000, 1, Integer.MAX_VALUE);

    static final List<ConfigKey<?>> KEYS = List.of(QUEUE_CAPACITY, QUEUE_TIMEOUT, RETENTION, MAX_ROWS);

    public static AuditConfig read(ConfigValues values) {
        return new AuditConfig(
                values.read(QUEUE_CAPACITY), values.read(QUEUE_TIMEOUT), values.read(RETENTION), values.read(MAX_ROWS));
    }
}
