package io.mlxmanager.manage.download;

/**
 * How long to wait so that all downloads together keep below a number of bytes per second. Allows bursts of a tenth of a
 * second. Any thread.
 */
final class Throttle {

    private static final long SECOND = 1_000_000_000;

    private final long bytesPerSecond;
    private long freeAt;
    private boolean begun;

    /** @param bytesPerSecond 0 for no limit */
    Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Books bytes that have come.
     *
     * @param now in nanoseconds, of any fixed origin
     * @return nanoseconds to wait before the next are read
     */
    synchronized long book(long bytes, long now) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long burst = SECOND / 10;
        if (!begun || freeAt < now - burst) {
            freeAt = now - burst;
            begun = true;
        }
        freeAt += (long) ((double) bytes * SECOND / bytesPerSecond);
        return Math.max(0, freeAt - now);
    }
}
