package io.mlxmanager.mlx;

/**
 * Counter-based random numbers (threefry): the same key gives the same numbers on every back end, machine and thread
 * count, and the same as MLX. A key is a U32 array {@code [2]}; it is never used up, so split it per draw.
 */
public final class RandomOps {

    private RandomOps() {}

    public static MlxArray key(long seed) {
        return MlxScope.current().own(MlxNative.randomKey(seed));
    }

    /** {@code count} new keys as {@code [count, 2]}. */
    public static MlxArray split(MlxArray key, int count) {
        return MlxScope.current().own(MlxNative.randomSplit(key.handle(), count));
    }

    /** Uniform U32 words. */
    public static MlxArray bits(MlxArray key, int... shape) {
        return MlxScope.current().own(MlxNative.randomBits(key.handle(), shape));
    }

    /** Uniform F32 in {@code [low, high)}. */
    public static MlxArray uniform(MlxArray key, double low, double high, int... shape) {
        return MlxScope.current().own(MlxNative.randomUniform(key.handle(), (float) low, (float) high, shape));
    }

    /** Standard normal F32. */
    public static MlxArray normal(MlxArray key, int... shape) {
        return MlxScope.current().own(MlxNative.randomNormal(key.handle(), shape));
    }

    /** Standard Gumbel F32. */
    public static MlxArray gumbel(MlxArray key, int... shape) {
        return MlxScope.current().own(MlxNative.randomGumbel(key.handle(), shape));
    }

    /** Draws an index (U32) along {@code axis} with probabilities {@code softmax(logits)}; the axis disappears. */
    public static MlxArray categorical(MlxArray key, MlxArray logits, int axis) {
        return MlxScope.current().own(MlxNative.randomCategorical(key.handle(), logits.handle(), axis));
    }
}
