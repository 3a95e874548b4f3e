package io.mlxmanager.mlx;

/** The fused pieces of a transformer: norms, rotary positions and attention. All accumulate in float32. */
public final class FastOps {

    private static final int[] NO_OFFSETS = new int[0];

    private FastOps() {}

    /**
     * {@code x / sqrt(mean(x^2) + eps) * weight} over the last axis.
     *
     * @param weight {@code [last axis]} or null
     */
    public static MlxArray rmsNorm(MlxArray x, MlxArray weight, double eps) {
        return MlxScope.current().own(MlxNative.rmsNorm(x.handle(), MlxArray.handleOrZero(weight), (float) eps));
    }

    /** Layer norm over the last axis; weight and bias may be null. */
    public static MlxArray layerNorm(MlxArray x, MlxArray weight, MlxArray bias, double eps) {
        return MlxScope.current()
                .own(MlxNative.layerNorm(
                        x.handle(), MlxArray.handleOrZero(weight), MlxArray.handleOrZero(bias), (float) eps));
    }

    /**
     * Rotary positions.
     *
     * @param x {@code [..., positions, headDim]}
     * @param dims leading elements of a head that turn; the rest is copied
     * @param traditional true for neighbouring pairs, false for halves
     * @param base wavelength base
     * @param scale factor on the position
     * @param offset position of the first row
     */
    public static MlxArray rope(MlxArray x, int dims, boolean traditional, double base, double scale, int offset) {
        return rope(x, dims, traditional, base, scale, NO_OFFSETS, offset, null);
    }

    /**
     * Rotary positions with explicit wavelengths.
     *
     * @param freqs {@code [dims / 2]}; the angle is {@code position * scale / freqs[i]}
     */
    public static MlxArray rope(MlxArray x, int dims, boolean traditional, double scale, int offset, MlxArray freqs) {
        return rope(x, dims, traditional, 0, scale, NO_OFFSETS, offset, freqs);
    }

    /** As {@link #rope(MlxArray, int, boolean, double, double, int)}, with one offset per row of the first axis. */
    public static MlxArray rope(MlxArray x, int dims, boolean traditional, double base, double scale, int[] offsets) {
        return rope(x, dims, traditional, base, scale, offsets, 0, null);
    }

    /** As {@link #rope(MlxArray, int, boolean, double, int, MlxArray)}, with one offset per row of the first axis. */
    public static MlxArray rope(
            MlxArray x, int dims, boolean traditional, double scale, int[] offsets, MlxArray freqs) {
        return rope(x, dims, traditional, 0, scale, offsets, 0, freqs);
    }

    /**
     * Attention with grouped queries: head {@code h} of {@code q} reads head {@code h * kvHeads / heads} of {@code k} and
     * {@code v}.
     *
     * @param q {@code [batch, heads, queries, headDim]}
     * @param k {@code [batch, kvHeads, keys, headDim]}
     * @param v {@code [batch, kvHeads, keys, valueDim]}
     * @param sinks {@code [heads]}: a score per head that takes part in the softmax without a value; or null
     * @return {@code [batch, heads, queries, valueDim]} in the dtype of {@code q}
     */
    public static MlxArray scaledDotProductAttention(
            MlxArray q, MlxArray k, MlxArray v, double scale, Mask mask, MlxArray sinks) {
        long maskHandle = mask instanceof Mask.Of of ? of.array().handle() : 0;
        return MlxScope.current()
                .own(MlxNative.scaledDotProductAttention(
                        q.handle(),
                        k.handle(),
                        v.handle(),
                        (float) scale,
                        mask instanceof Mask.Causal,
                        maskHandle,
                        MlxArray.handleOrZero(sinks)));
    }

    /**
     * What a gated delta rule gives.
     *
     * @param out of the shape and dtype of the values
     * @param state after the last token, F32
     */
    public record Recurrence(MlxArray out, MlxArray state) {}

    /**
     * The gated delta rule, token by token: {@code state *= decay}, {@code state += beta * (v - state k) k^T},
     * {@code out = state q}.
     *
     * @param q {@code [batch, tokens, keyHeads, keyDim]}
     * @param k of the shape of {@code q}
     * @param v {@code [batch, tokens, valueHeads, valueDim]}, several heads of which may share one of the keys
     * @param decay {@code [batch, tokens, valueHeads]}
     * @param beta of the shape of {@code decay}
     * @param state {@code [batch, valueHeads, valueDim, keyDim]}
     */
    public static Recurrence gatedDelta(
            MlxArray q, MlxArray k, MlxArray v, MlxArray decay, MlxArray beta, MlxArray state) {
        MlxScope scope = MlxScope.current();
        long[] made =
                MlxNative.gatedDelta(q.handle(), k.handle(), v.handle(), decay.handle(), beta.handle(), state.handle());
        return new Recurrence(scope.own(made[0]), scope.own(made[1]));
    }

    private static MlxArray rope(
            MlxArray x,
            int dims,
            boolean traditional,
            double base,
            double scale,
            int[] offsets,
            int offset,
            MlxArray freqs) {
        return MlxScope.current()
                .own(MlxNative.rope(
                        x.handle(),
                        dims,
                        traditional,
                        (float) base,
                        (float) scale,
                        offset,
                        offsets,
                        MlxArray.handleOrZero(freqs)));
    }
}
