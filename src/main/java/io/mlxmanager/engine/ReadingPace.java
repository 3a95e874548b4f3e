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

    /**
     * How long a piece may be.
     *
     * @param tokens at least 1
     * @param position where it begins
     * @param room nanoseconds that it may take
     */
    record Asked(int tokens, int position, double room) {}

    private final int most;
    private int last = FIRST;
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

    /** A piece for which nobody waits: always as long, since sums of other pieces round otherwise, and an answer should be the same again. */
    Asked longest(int position) {
        return new Asked(most, position, Double.POSITIVE_INFINITY);
    }

    /**
     * The next piece; at most twice as long as the longest so far.
     *
     * @param position where it begins
     * @param room nanoseconds that it may take
     */
    Asked next(int position, double room) {
        double length = known ? Math.min(2.0 * longest, room / cost(position + last / 2.0)) : FIRST;
        last = (int) Math.max(1, Math.min(most, length));
        longest = Math.max(longest, last);
        return new Asked(last, position, room);
    }

    /**
     * Tells what a piece took. A shorter one than was asked for, such as the end of a prompt, is a measure of its own and teaches
     * nothing, unless it took too long.
     *
     * @param count tokens
     */
    void took(Asked asked, int count, double nanos) {
        if (count < asked.tokens() && nanos <= asked.room()) {
            return;
        }
        double seen = nanos / count;
        double middle = asked.position() + count / 2.0;
        double distance = middle / FAR;
        if (!known) {
            known = true;
            atTheStart = seen;
            return;
        }
        double correction = GAIN * (seen - cost(middle)) / (1 + distance * distance);
        atTheStart = Math.max(0, atTheStart + correction);
        growth = Math.max(0, growth + correction * distance);
    }

    private double cost(double position) {
        return Math.max(1, atTheStart + growth * position / FAR);
    }
}
