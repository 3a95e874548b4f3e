package io.mlxmanager.mlx;

/** Which keys a query may see in {@link FastOps#scaledDotProductAttention}. */
public sealed interface Mask {

    /** Every query sees every key. */
    record None() implements Mask {}

    /** Lower-right aligned: with {@code n} keys and {@code t} queries, query {@code i} sees the keys {@code j <= i + n - t}. */
    record Causal() implements Mask {}

    /**
     * A BOOL array (true = visible) or a floating one that is added to the scores, broadcastable to
     * {@code [batch, heads, queries, keys]}.
     */
    record Of(MlxArray array) implements Mask {}

    static Mask none() {
        return new None();
    }

    static Mask causal() {
        return new Causal();
    }

    static Mask of(MlxArray array) {
        return new Of(array);
    }
}
