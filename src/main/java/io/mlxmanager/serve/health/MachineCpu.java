package io.mlxmanager.serve.health;

import java.lang.management.ManagementFactory;

/**
 * How busy the processors are: shares of all of them together, from 0 to 1, since somebody asked last.
 *
 * @param machine whatever runs on it
 * @param server this process
 * @param processors how many there are for this process
 */
public record MachineCpu(double machine, double server, int processors) {

    public static MachineCpu now() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return new MachineCpu(
                share(system.getCpuLoad()), share(system.getProcessCpuLoad()), system.getAvailableProcessors());
    }

    /** The bean says "not known yet" with a negative number. */
    private static double share(double load) {
        return Double.isNaN(load) ? 0 : Math.min(1, Math.max(0, load));
    }
}
