package io.mlxmanager.chat.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of Unicode characters, without the surrogates, which are no characters. Immutable. */
public final class CodePoints {

    static final int LAST = Character.MAX_CODE_POINT;
    private static final int SURROGATES_FIRST = 0xD800;
    private static final int SURROGATES_LAST = 0xDFFF;

    public static final CodePoints NONE = new CodePoints(new int[0]);
    public static final CodePoints ANY = new CodePoints(new int[] {0, SURROGATES_FIRST - 1, SURROGATES_LAST + 1, LAST});

    /** First and last of each range, in rising order, no two adjacent. */
    private final int[] ranges;

    private CodePoints(int[] ranges) {
        this.ranges = ranges;
    }

    public static CodePoints of(int codePoint) {
        return range(codePoint, codePoint);
    }

    public static CodePoints of(String characters) {
        return characters.codePoints().mapToObj(CodePoints::of).reduce(NONE, CodePoints::or);
    }

    /** All from {@code first} to {@code last}, both included. */
    public static CodePoints range(int first, int last) {
        return first > last ? NONE : new CodePoints(new int[] {first, last}).and(ANY);
    }

    public CodePoints or(CodePoints other) {
        return union(List.of(this, other));
    }

    static CodePoints union(List<CodePoints> sets) {
        List<int[]> sorted = new ArrayList<>();
        for (CodePoints set : sets) {
            for (int i = 0; i < set.ranges.length; i += 2) {
                sorted.add(new int[] {set.ranges[i], set.ranges[i + 1]});
            }
        }
        sorted.sort((a, b) -> Integer.compare(a[0], b[0]));
        int[] merged = new int[sorted.size() * 2];
        int count = 0;
        for (int[] range : sorted) {
            if (count > 0 && range[0] <= merged[count - 1] + 1) {
                merged[count - 1] = Math.max(merged[count - 1], range[1]);
            } else {
                merged[count++] = range[0];
                merged[count++] = range[1];
            }
        }
        return new CodePoints(Arrays.copyOf(merged, count));
    }

    public CodePoints and(CodePoints other) {
        int[] common = new int[ranges.length + other.ranges.length + 2];
        int count = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < ranges.length && theirs < other.ranges.length) {
            int first = Math.max(ranges[mine], other.ranges[theirs]);
            int last = Math.min(ranges[mine + 1], other.ranges[theirs + 1]);
            if (first <= last) {
                common[count++] = first;
                common[count++] = last;
            }
            if (ranges[mine + 1] < other.ranges[theirs + 1]) {
                mine += 2;
            } else {
                theirs += 2;
            }
        }
        return new CodePoints(Arrays.copyOf(common, count));
    }

    /** All others. */
    public CodePoints not() {
        int[] others = new int[ranges.length + 2];
        int count = 0;
        int next = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (next < ranges[i]) {
                others[count++] = next;
                others[count++] = ranges[i] - 1;
            }
            next = ranges[i + 1] + 1;
        }
        if (next <= LAST) {
            others[count++] = next;
            others[count++] = LAST;
        }
        return new CodePoints(Arrays.copyOf(others, count)).and(ANY);
    }

    public CodePoints minus(CodePoints other) {
        return and(other.not());
    }

    public boolean isEmpty() {
        return ranges.length == 0;
    }

    public boolean contains(int codePoint) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Number of ranges. */
    int size() {
        return ranges.length / 2;
    }

    int first(int range) {
        return ranges[2 * range];
    }

    int last(int range) {
        return ranges[2 * range + 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePoints set && Arrays.equals(ranges, set.ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranges);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < ranges.length; i += 2) {
            text.append(String.format("%04x-%04x ", ranges[i], ranges[i + 1]));
        }
        return text.append("]").toString();
    }
}
