package io.mlxmanager.engine.nn;

import io.mlxmanager.engine.weights.ModelWeights;
import io.mlxmanager.mlx.FastOps;
import io.mlxmanager.mlx.MlxArray;
import io.mlxmanager.mlx.Ops;

/** Rotary positions of queries and keys. Confined to the engine thread. */
public final class Rotary {

    private final int dims;
    private final boolean traditional;
    private final double base;
    private final double scale;
    private final MlxArray wavelengths;
    private final double magnitude;

    private Rotary(int dims, boolean traditional, double base, double scale, MlxArray wavelengths, double magnitude) {
        this.dims = dims;
        this.traditional = traditional;
        this.base = base;
        this.scale = scale;
        this.wavelengths = wavelengths;
        this.magnitude = magnitude;
    }

    /**
     * @param weights own the array of wavelengths
     * @param dims leading elements of a head that turn
     * @param traditional true for neighbouring pairs, false for halves
     * @param scale factor on the position
     * @param wavelengths {@code [dims / 2]} divisors of the position, or null for those of the base
     * @param magnitude factor on the elements that turn
     */
    public static Rotary of(
            ModelWeights weights,
            int dims,
            boolean traditional,
            double base,
            double scale,
            float[] wavelengths,
            double magnitude) {
        MlxArray array =
                wavelengths == null ? null : weights.derive(() -> Ops.fromFloats(wavelengths, wavelengths.length));
        return new Rotary(dims, traditional, base, scale, array, magnitude);
    }

    /**
     * @param x {@code [sequences, heads, tokens, headDim]}
     * @param offsets position of the first token of each sequence
     */
    public MlxArray apply(MlxArray x, int[] offsets) {
        MlxArray turned = wavelengths == null
                ? FastOps.rope(x, dims, traditional, base, scale, offsets)
                : FastOps.rope(x, dims, traditional, scale, offsets, wavelengths);
        if (magnitude == 1) {
            return turned;
        }
        int headDim = x.dim(3);
        if (dims == headDim) {
            return Ops.multiply(turned, magnitude);
        }
        MlxArray first = Ops.slice(turned, new int[4], new int[] {x.dim(0), x.dim(1), x.dim(2), dims});
        MlxArray rest = Ops.slice(turned, new int[] {0, 0, 0, dims}, new int[] {x.dim(0), x.dim(1), x.dim(2), headDim});
        return Ops.concatenate(3, Ops.multiply(first, magnitude), rest);
    }
}
