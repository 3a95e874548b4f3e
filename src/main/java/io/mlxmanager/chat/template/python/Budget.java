package io.mlxmanager.chat.template.python;

import java.time.Duration;

/**
 * What one rendering may cost. Templates come with models from anywhere, so every loop, call and text is paid for here.
 * Confined to the thread that renders.
 */
public final class Budget {

    /** Characters that cost as much as one step. */
    private static final int CHARS_PER_STEP = 8;

    private static final int CHARS_READ_PER_STEP = 64;
    private static final int COMPARISONS_PER_STEP = 512;
    private static final long STEPS_BETWEEN_CLOCK_READS = 4096;

    private final long mostSteps;
    private final int longestText;
    private final int deepest;
    private final long start = System.nanoTime();
    private final long nanos;
    private long steps;
    private long nextClockRead = STEPS_BETWEEN_CLOCK_READS;
    private int depth;

    /**
     * @param mostSteps expressions evaluated, items visited and characters handled, weighted
     * @param longestText characters of any one text, the result included
     * @param deepest macro calls and printed lists within each other
     */
    public Budget(long mostSteps, int longestText, int deepest, Duration longest) {
        this.mostSteps = mostSteps;
        this.longestText = longestText;
        this.deepest = deepest;
        this.nanos = longest.toNanos();
    }

    /** Pays for one step. */
    public void step() {
        spend(1);
    }

    /** Pays for that many steps. */
    public void spend(long count) {
        steps += count;
        if (steps > mostSteps) {
            throw new PythonException("the template does too much: more than " + mostSteps + " steps");
        }
        if (steps >= nextClockRead) {
            nextClockRead = steps + STEPS_BETWEEN_CLOCK_READS;
            if (System.nanoTime() - start > nanos) {
                throw new PythonException("the template takes longer than " + Duration.ofNanos(nanos));
            }
        }
    }

    /** Pays for making a text, before it is made. */
    public void text(long length) {
        if (length > longestText) {
            throw new PythonException(
                    "a text of " + length + " characters is longer than the " + longestText + " allowed");
        }
        spend(1 + length / CHARS_PER_STEP);
    }

    /** Pays for reading a text of this length once. */
    public void read(long length) {
        spend(1 + length / CHARS_READ_PER_STEP);
    }

    /** Pays for looking for one text in another, which at worst compares the whole of it at every place. */
    public void search(long length, long wanted) {
        long places = Math.max(0, length - wanted) + 1;
        spend(1 + places * Math.min(wanted, length) / COMPARISONS_PER_STEP);
    }

    /** Pays for adding to a text that is being made. */
    public void grow(long lengthSoFar, long added) {
        if (lengthSoFar + added > longestText) {
            text(lengthSoFar + added);
        }
        spend(1 + added / CHARS_PER_STEP);
    }

    /** Pays for making a list, before it is made. */
    public void items(long count) {
        if (count > longestText / 8) {
            throw new PythonException(
                    "a list of " + count + " items is longer than the " + longestText / 8 + " allowed");
        }
        spend(1 + count);
    }

    /** Goes one level deeper; pair with {@link #leave()}. */
    public void enter() {
        depth++;
        if (depth > deepest) {
            throw new PythonException("maximum recursion depth exceeded: more than " + deepest + " levels");
        }
    }

    public void leave() {
        depth--;
    }
}
