package io.mlxmanager.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What three clocks show, in nanoseconds.
 *
 * @param wall the clock on the wall
 * @param thread processor time of the thread that asks
 * @param process processor time of all threads of this process
 */
record Clocks(long wall, long thread, long process) {

    static final Clocks ZERO = new Clocks(0, 0, 0);

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static Clocks now() {
        return new Clocks(System.nanoTime(), THREADS.getCurrentThreadCpuTime(), SYSTEM.getProcessCpuTime());
    }

    /** What has gone by between two moments of one thread, added to this. */
    Clocks plus(Clocks from, Clocks to) {
        return new Clocks(
                wall + to.wall - from.wall, thread + to.thread - from.thread, process + to.process - from.process);
    }
}
