package io.mlxmanager.engine.cache;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several tokens of several sequences as rows of one pass: the first token of each, then the second of those that have one, and
 * so on, so that a column of tokens is computed as a step of its own where tokens look back. Immutable.
 */
public final class TokenColumns {

    private final int[] counts;

    /** @param sequences tokens of each, at least one */
    public TokenColumns(List<int[]> sequences) {
        this.counts = sequences.stream().mapToInt(each -> each.length).toArray();
        if (IntStream.of(counts).anyMatch(count -> count == 0)) {
            throw new IllegalArgumentException("a sequence has no tokens");
        }
    }

    int columns() {
        return Arrays.stream(counts).max().orElse(0);
    }

    /** The sequences that have a token in a column. */
    int[] members(int column) {
        return IntStream.range(0, counts.length).filter(i -> counts[i] > column).toArray();
    }

    /** Where a token is. */
    public int row(int sequence, int column) {
        int row = 0;
        for (int before = 0; before < column; before++) {
            row += members(before).length;
        }
        return row
                + (int) Arrays.stream(members(column)).filter(i -> i < sequence).count();
    }

    /** The tokens in the order of their rows. */
    public int[] rows(List<int[]> sequences) {
        return IntStream.range(0, columns())
                .flatMap(column ->
                        IntStream.of(members(column)).map(i -> sequences.get(i)[column]))
                .toArray();
    }

    /** For each row its sequence. */
    public int[] sequences() {
        return IntStream.range(0, columns())
                .flatMap(column -> IntStream.of(members(column)))
                .toArray();
    }

    /** For each row its column. */
    int[] columnOfRows() {
        return IntStream.range(0, columns())
                .flatMap(column -> IntStream.of(members(column)).map(i -> column))
                .toArray();
    }
}
