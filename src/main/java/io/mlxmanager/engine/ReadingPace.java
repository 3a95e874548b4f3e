package io.mlxmanager.engine;

/**
 * How long the pieces of one model's prompts may be while others are answered. What a token costs is known from the pieces
 * that were read, and where they stood: one far behind looks back at more positions than one at the beginning, and prompts
 * that are read in turn stand at different places. Pure; confined to one thread.
 */
final class ReadingPace {

    /** The first piece, of which nothing is known yet. */
    private static final int FIRST = 16;

    /** Positions to which growth refers. */
    private static final double FAR = 4096;

    /** How far what is known moves towards what was seen. */
    private static final double GAIN = 0.5;

    private final int most;
    private int asked = FIRST;
    private int longest = FIRST;
    private boolean known;

    /** Nanoseconds that a token takes, its part of what a piece costs in any case included. */
    private double atTheStart;

    /** What it takes more at {@link #FAR}. */
    private double growth;

    /** @param most tokens in a piece, at least 1 */
    ReadingPace(int most) {
        this.most = most;
    }

    /**
     * The length of the next piece, at least 1 and at most twice that of the longest so far.
     *
     * @param position where it begins
     * @param room nanoseconds that it may take
     */
    int next(int position, double room) {
        double length = known ? Math.min(2.0 * longest, room / cost(position + asked / 2.0)) : FIRST;
        asked = (int) Math.max(1, Math.min(most, length));
        longest = Math.max(longest, asked);
        return asked;
    }

    /**
     * Tells what the piece that was asked for took. A shorter one, such as the end of a prompt, is a measure of its own and
     * teaches nothing, unless it took too long.
     *
     * @param count tokens
     * @param position where it began
     */
    void took(int count, int position, double nanos, double room) {
        if (count < asked && nanos <= room) {
            return;
        }
        double seen = nanos / count;
        double distance = (position + count / 2.0) / FAR;
        if (!known) {
            known = true;
            atTheStart = seen;
            return;
        }
        double correction = GAIN * (seen - cost(position + count / 2.0)) / (1 + distance * distance);
        atTheStart = Math.max(0, atTheStart + correction);
        growth = Math.max(0, growth + correction * distance);
    }

    private double cost(double position) {
        return Math.max(1, atTheStart + growth * position / FAR);
    }
}
