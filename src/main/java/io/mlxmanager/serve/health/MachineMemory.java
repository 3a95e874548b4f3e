package io.mlxmanager.serve.health;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of the whole machine, in bytes.
 *
 * @param free what a program could still get, caches that would give way included where the system tells
 */
public record MachineMemory(long total, long free) {

    private static final Path LINUX = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";

    public static MachineMemory now() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return new MachineMemory(system.getTotalMemorySize(), available(system.getFreeMemorySize()));
    }

    public long used() {
        return total - free;
    }

    /** The management bean counts the page cache as used; Linux itself knows better. */
    private static long available(long otherwise) {
        if (!Files.isReadable(LINUX)) {
            return otherwise;
        }
        try {
            for (String line : Files.readAllLines(LINUX)) {
                if (line.startsWith(AVAILABLE)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
        return otherwise;
    }
}
