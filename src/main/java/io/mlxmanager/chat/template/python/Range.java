package io.mlxmanager.chat.template.python;

/** The numbers from {@code start} to before {@code stop}. */
public record Range(long start, long stop, long step) {

    /** Most numbers a template may ask for; the sandbox of the original has the same bound. */
    private static final long MOST = 100_000;

    public Range {
        if (step == 0) {
            throw new PythonException("range() arg 3 must not be zero");
        }
        if (count(start, stop, step) > MOST) {
            throw new PythonException("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
        }
    }

    public int size() {
        return (int) count(start, stop, step);
    }

    public long at(int index) {
        return start + index * step;
    }

    private static long count(long start, long stop, long step) {
        boolean empty = step > 0 ? start >= stop : start <= stop;
        if (empty) {
            return 0;
        }
        double rough = ((double) stop - (double) start) / step;
        return rough > 2.0 * MOST ? (long) Math.min(rough, 1e18) : (stop - start + step - Long.signum(step)) / step;
    }
}
