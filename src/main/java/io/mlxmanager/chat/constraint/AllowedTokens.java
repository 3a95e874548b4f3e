package io.mlxmanager.chat.constraint;

import java.util.Arrays;

/**
 * A set of token ids: a few as a list, many as bits. Immutable and thread-safe; the arrays are not to be changed.
 */
public final class AllowedTokens {

    private final int[] few;
    private final long[] many;

    private AllowedTokens(int[] few, long[] many) {
        this.few = few;
        this.many = many;
    }

    /** @param bits id {@code i} is bit {@code i % 64} of word {@code i / 64}; belongs to the set from now on */
    static AllowedTokens of(long[] bits) {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        if (count > bits.length) {
            return new AllowedTokens(new int[0], bits);
        }
        int[] ids = new int[count];
        int next = 0;
        for (int i = 0; i < bits.length; i++) {
            for (long word = bits[i]; word != 0; word &= word - 1) {
                ids[next++] = i * Long.SIZE + Long.numberOfTrailingZeros(word);
            }
        }
        return new AllowedTokens(ids, new long[0]);
    }

    /** Whether {@link #many} holds the set, and not {@link #few}. */
    public boolean isMany() {
        return many.length > 0;
    }

    /** The ids in rising order. */
    public int[] few() {
        return few;
    }

    /** Id {@code i} is bit {@code i % 64} of word {@code i / 64}. */
    public long[] many() {
        return many;
    }

    public boolean contains(int id) {
        if (!isMany()) {
            return Arrays.binarySearch(few, id) >= 0;
        }
        int word = id >> 6;
        return id >= 0 && word < many.length && (many[word] & 1L << id) != 0;
    }

    public boolean isEmpty() {
        return !isMany() && few.length == 0;
    }

    void addTo(long[] bits) {
        for (int id : few) {
            bits[id >> 6] |= 1L << id;
        }
        for (int i = 0; i < many.length; i++) {
            bits[i] |= many[i];
        }
    }

    /** Memory taken. */
    int bytes() {
        return 48 + few.length * Integer.BYTES + many.length * Long.BYTES;
    }
}
