package io.mlxmanager.base.config;

import java.time.Duration;
import java.util.List;

/**
 * How models are downloaded.
 *
 * @param jobs downloads that run at a time; others wait
 * @param connections of one download
 * @param partSize size of the parts in which a large file is fetched, several at a time
 * @param bandwidth bytes per second of all downloads together; 0 for no limit
 * @param stall longest silence on a connection before it is given up
 * @param attempts failures in a row, without a byte between them, after which a download fails
 * @param keepFree disk space that downloads leave alone
 */
public record DownloadConfig(
        int jobs,
        int connections,
        ByteSize partSize,
        ByteSize bandwidth,
        Duration stall,
        int attempts,
        ByteSize keepFree) {

    static final ConfigKey<Integer> JOBS = ConfigKey.integer("mlx-manager.downloads.jobs", 2, 1, 64);
    static final ConfigKey<Integer> CONNECTIONS = ConfigKey.integer("mlx-manager.downloads.connections", 4, 1, 64);
    static final ConfigKey<ByteSize> PART_SIZE =
            new ConfigKey<>("mlx-manager.downloads.part-size", "32 MiB", false, DownloadConfig::parsePartSize);
    static final ConfigKey<ByteSize> BANDWIDTH = ConfigKey.size("mlx-manager.downloads.bandwidth", "0");
    static final ConfigKey<Duration> STALL = ConfigKey.duration("mlx-manager.downloads.stall", "30s");
    static final ConfigKey<Integer> ATTEMPTS = ConfigKey.integer("mlx-manager.downloads.attempts", 8, 1, 1000);
    static final ConfigKey<ByteSize> KEEP_FREE = ConfigKey.size("mlx-manager.downloads.keep-free", "512 MiB");

    static final List<ConfigKey<?>> KEYS = List.of(JOBS, CONNECTIONS, PART_SIZE, BANDWIDTH, STALL, ATTEMPTS, KEEP_FREE);

    public static DownloadConfig read(ConfigValues values) {
        return new DownloadConfig(
                values.read(JOBS),
                values.read(CONNECTIONS),
                values.read(PART_SIZE),
                values.read(BANDWIDTH),
                values.read(STALL),
                values.read(ATTEMPTS),
                values.read(KEEP_FREE));
    }

    private static ByteSize parsePartSize(String text) {
        ByteSize size = ByteSize.parse(text);
        if (size.bytes() < 1 << 10) {
            throw new IllegalArgumentException("less than 1 KiB");
        }
        return size;
    }
}
