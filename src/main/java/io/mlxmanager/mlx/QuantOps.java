package io.mlxmanager.mlx;

/**
 * Operations on packed weights. A matrix of {@code in} columns is a U32 array {@code [out, in * bits / 32]} with scales
 * and (affine only) biases {@code [out, in / groupSize]}; experts put one more axis in front.
 */
public final class QuantOps {

    /**
     * A packed matrix.
     *
     * @param biases null unless the mode is affine
     */
    public record Quantized(MlxArray weight, MlxArray scales, MlxArray biases) {}

    private QuantOps() {}

    /** Packs the last axis of a floating array {@code [..., in]}. */
    public static Quantized quantize(MlxArray w, Quantization q) {
        MlxScope scope = MlxScope.current();
        long[] parts = MlxNative.quantize(w.handle(), q.mode().code(), q.groupSize(), q.bits());
        MlxArray weight = scope.own(parts[0]);
        MlxArray scales = scope.own(parts[1]);
        return new Quantized(weight, scales, parts[2] == 0 ? null : scope.own(parts[2]));
    }

    /**
     * Unpacks to {@code [..., in]}.
     *
     * @param biases null unless the mode is affine
     * @param out a floating dtype
     */
    public static MlxArray dequantize(MlxArray w, MlxArray scales, MlxArray biases, Quantization q, Dtype out) {
        return MlxScope.current()
                .own(MlxNative.dequantize(
                        w.handle(),
                        scales.handle(),
                        MlxArray.handleOrZero(biases),
                        q.mode().code(),
                        q.groupSize(),
                        q.bits(),
                        out.code()));
    }

    /**
     * Unpacks some rows of a packed table, the lookup of a quantised embedding.
     *
     * @param rowIds range-checked
     * @param out floating type of the result
     * @return {@code [rowIds.length, in]}
     */
    public static MlxArray gatherDequantize(
            MlxArray w, MlxArray scales, MlxArray biases, int[] rowIds, Quantization q, Dtype out) {
        return MlxScope.current()
                .own(MlxNative.gatherDequantize(
                        w.handle(),
                        scales.handle(),
                        MlxArray.handleOrZero(biases),
                        rowIds,
                        q.mode().code(),
                        q.groupSize(),
                        q.bits(),
                        out.code()));
    }

    /**
     * Says that products with these weights follow. The back end may keep a copy of them, laid out for its kernels, with
     * {@code w}, and give back the pages of the file they came from; it is counted among the active bytes.
     */
    public static void prepare(MlxArray w, MlxArray scales, MlxArray biases, Quantization q) {
        MlxNative.prepareWeights(
                w.handle(),
                scales.handle(),
                MlxArray.handleOrZero(biases),
                q.mode().code(),
                q.groupSize(),
                q.bits());
    }

    /**
     * Product with a packed matrix.
     *
     * @param x {@code [..., in]} when {@code transpose}, else {@code [..., out]}
     * @param biases null unless the mode is affine
     * @param transpose true for {@code x * w^T} (a linear layer), false for {@code x * w}
     * @return {@code [..., out]} or {@code [..., in]}, in the common dtype of {@code x} and the scales
     */
    public static MlxArray quantizedMatmul(
            MlxArray x, MlxArray w, MlxArray scales, MlxArray biases, boolean transpose, Quantization q) {
        return MlxScope.current()
                .own(MlxNative.quantizedMatmul(
                        x.handle(),
                        w.handle(),
                        scales.handle(),
                        MlxArray.handleOrZero(biases),
                        transpose,
                        q.mode().code(),
                        q.groupSize(),
                        q.bits()));
    }

    /**
     * Products with chosen matrices of a packed stack {@code [experts, out, ...]}.
     *
     * @param x {@code [..., m, in]}; its leading axes are flattened for {@code lhsIndices}
     * @param lhsIndices integer array choosing a matrix of {@code x} per product, or null to broadcast the leading axes
     *     of {@code x} against those of {@code rhsIndices}
     * @param rhsIndices integer array choosing an expert per product; range-checked
     * @return {@code [shape of the indices, m, out]}
     */
    public static MlxArray gatherQmm(
            MlxArray x,
            MlxArray w,
            MlxArray scales,
            MlxArray biases,
            MlxArray lhsIndices,
            MlxArray rhsIndices,
            boolean transpose,
            Quantization q) {
        return MlxScope.current()
                .own(MlxNative.gatherQmm(
                        x.handle(),
                        w.handle(),
                        scales.handle(),
                        MlxArray.handleOrZero(biases),
                        MlxArray.handleOrZero(lhsIndices),
                        rhsIndices.handle(),
                        transpose,
                        q.mode().code(),
                        q.groupSize(),
                        q.bits()));
    }
}
