package io.mlxmanager.engine.sample;

import java.util.Arrays;

/**
 * A set of token ids: a few in a list, or many as bits. Immutable; the arrays are shared with whoever made it and are not
 * changed.
 */
public final class TokenMask {

    private final int[] few;
    private final long[] many;

    private TokenMask(int[] few, long[] many) {
        this.few = few;
        this.many = many;
    }

    /** @param ids none of them negative, each once */
    public static TokenMask few(int[] ids) {
        return new TokenMask(ids, new long[0]);
    }

    /** @param bits id {@code i} is bit {@code i % 64} of word {@code i / 64} */
    public static TokenMask many(long[] bits) {
        return new TokenMask(new int[0], bits);
    }

    /** Its ids, where they are in a list; not changed. */
    public int[] ids() {
        return few;
    }

    /** Its ids as bits, where they are many; not changed. */
    public long[] bits() {
        return many;
    }

    public boolean contains(int id) {
        int word = id / Long.SIZE;
        return word < many.length
                ? (many[word] & (1L << (id % Long.SIZE))) != 0
                : Arrays.stream(few).anyMatch(each -> each == id);
    }

    /** A copy in which every logit outside of the set is impossible. */
    float[] applied(float[] logits) {
        float[] masked = new float[logits.length];
        Arrays.fill(masked, Float.NEGATIVE_INFINITY);
        for (int id : few) {
            if (id < logits.length) {
                masked[id] = logits[id];
            }
        }
        for (int i = 0; i < many.length; i++) {
            int base = i * Long.SIZE;
            if (many[i] == -1 && base + Long.SIZE <= logits.length) {
                System.arraycopy(logits, base, masked, base, Long.SIZE);
            } else {
                for (long word = many[i]; word != 0; word &= word - 1) {
                    int id = base + Long.numberOfTrailingZeros(word);
                    if (id < logits.length) {
                        masked[id] = logits[id];
                    }
                }
            }
        }
        return masked;
    }
}
