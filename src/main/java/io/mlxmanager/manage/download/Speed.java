package io.mlxmanager.manage.download;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes per second over the last few seconds. Confined to one thread. */
final class Speed {

    private static final long WINDOW = 5_000_000_000L;

    private final Deque<long[]> samples = new ArrayDeque<>();

    /** @return bytes per second between the oldest sample of the window and this one */
    long sample(long bytes, long now) {
        samples.addLast(new long[] {now, bytes});
        while (samples.size() > 2 && samples.getFirst()[0] < now - WINDOW) {
            samples.removeFirst();
        }
        long[] first = samples.getFirst();
        long nanos = now - first[0];
        return nanos <= 0 ? 0 : Math.max(0, (long) ((bytes - first[1]) * 1e9 / nanos));
    }
}
