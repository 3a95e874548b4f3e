package io.mlxmanager.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * Whether guessing pays, and how far ahead, by what it took: for each number of sequences in a step both ways are timed, the
 * faster one is gone on with, and the other is tried again now and then, because texts differ. Confined to the engine thread.
 */
final class DraftPace {

    /** So many steps of each kind are timed before anything is decided. */
    private static final int TRIALS = 6;

    /** The way that was slower is tried again, a few steps long, after so many steps. */
    private static final int AGAIN = 200;

    private static final double SMOOTHING = 0.2;
    private static final int FIRST = 4;
    private static final int LONGEST = 8;

    /** What was measured with a number of sequences in a step; times are nanoseconds for a token. */
    private static final class Measured {

        private final double[] perToken = new double[2];
        private final int[] trials = new int[2];
        private int steps;
    }

    private final int fixed;
    private final Map<Integer, Measured> bySize = new HashMap<>();
    private double ahead = FIRST;

    DraftPace() {
        this(0);
    }

    private DraftPace(int fixed) {
        this.fixed = fixed;
    }

    /** Guesses so many tokens every time, whatever it takes. */
    static DraftPace always(int tokens) {
        return new DraftPace(tokens);
    }

    /** How many tokens to guess for each of so many sequences; 0 for a step without. */
    int ahead(int sequences) {
        if (fixed > 0) {
            return fixed;
        }
        Measured measured = bySize.computeIfAbsent(sequences, size -> new Measured());
        measured.steps++;
        for (int way = 0; way < 2; way++) {
            if (measured.trials[way] < TRIALS) {
                return way * most();
            }
        }
        int faster = measured.perToken[1] < measured.perToken[0] ? 1 : 0;
        boolean other = measured.steps % AGAIN < TRIALS;
        return (other ? 1 - faster : faster) * most();
    }

    private int most() {
        return (int) Math.round(ahead);
    }

    /**
     * @param guessed tokens that were guessed for each sequence; 0 for a step without
     * @param accepted of all guesses together, how many were right
     * @param tokens that the step gave in all
     */
    void took(int sequences, int guessed, int accepted, int tokens, double nanos) {
        Measured measured = bySize.computeIfAbsent(sequences, size -> new Measured());
        int way = guessed > 0 ? 1 : 0;
        double each = nanos / Math.max(1, tokens);
        double known = measured.perToken[way];
        measured.perToken[way] = known == 0 ? each : known + SMOOTHING * (each - known);
        measured.trials[way]++;
        if (guessed > 0) {
            double right = (double) accepted / sequences;
            // One more than is usually right: the guess behind the last right one costs little.
            ahead = Math.max(1, Math.min(LONGEST, ahead + SMOOTHING * (right + 1 - ahead)));
        }
    }
}
