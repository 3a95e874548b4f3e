package io.mlxmanager.base.config;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The models in memory.
 *
 * @param memoryLimit bytes that all of them together may take
 */
public record PoolConfig(ByteSize memoryLimit) {

    static final ConfigKey<ByteSize> MEMORY_LIMIT =
            new ConfigKey<>("mlx-manager.pool.memory-limit", "75%", false, PoolConfig::parseLimit);

    static final List<ConfigKey<?>> KEYS = List.of(MEMORY_LIMIT);

    public static PoolConfig read(ConfigValues values) {
        return new PoolConfig(values.read(MEMORY_LIMIT));
    }

    /** A size, or a share of the machine's memory such as {@code 75%}. */
    private static ByteSize parseLimit(String text) {
        if (!text.endsWith("%")) {
            return ByteSize.parse(text);
        }
        try {
            int percent = Integer.parseInt(text.substring(0, text.length() - 1).strip());
            if (percent >= 1 && percent <= 100) {
                return new ByteSize(machineMemory() / 100 * percent);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message that shows the forms
        }
        throw new IllegalArgumentException("not a size such as 16G or a share from 1% to 100%");
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
