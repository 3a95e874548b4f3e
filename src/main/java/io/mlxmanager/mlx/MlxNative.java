package io.mlxmanager.mlx;

/**
 * The native methods, and the only class that has any. Arrays, stores and files are handles (generation in the upper half,
 * slot in the lower, 0 for none); a stale one throws {@link MlxException}, as does every failure of an operation. Nothing
 * here may be called before {@link NativeLoader} has loaded the library.
 */
final class MlxNative {

    private MlxNative() {}

    // Runtime

    static native String info(int which);

    static native long memory(int which);

    static native void setMemoryLimit(long bytes);

    static native void resetPeak();

    static native void clearCache();

    static native void setIsa(String name);

    static native int threads();

    static native void setThreads(int count);

    static native boolean exact();

    static native void setExact(boolean exact);

    /** The native side's name list of an enum ({@code dtype}, {@code unary}, {@code binary}, {@code reduce}, {@code quantization}), comma-separated in code order. */
    static native String codes(String list);

    // Arrays

    static native long fromFloats(float[] values, int[] shape);

    static native long fromInts(int[] values, int[] shape);

    static native long fromBytes(int dtype, byte[] bytes, int[] shape);

    static native long full(int dtype, double value, int[] shape);

    /** The dtype's code, then the lengths of the axes. */
    static native int[] describe(long x);

    static native float[] toFloats(long x);

    static native int[] toInts(long x);

    static native byte[] toBytes(long x);

    static native void free(long x);

    static native void freeAll(long[] handles, int count);

    static native void eval(long[] handles, boolean wait);

    // Shape

    static native long reshape(long x, int[] shape);

    static native long transpose(long x, int[] axes);

    static native long slice(long x, int[] start, int[] stop);

    static native long concatenate(long[] arrays, int axis);

    static native long expandDims(long x, int axis);

    static native long squeeze(long x, int axis);

    static native long broadcastTo(long x, int[] shape);

    static native long takeRows(long table, int[] ids);

    static native long take(long x, long indices, int axis);

    static native long takeAlongAxis(long x, long indices, int axis);

    static native long astype(long x, int dtype);

    // Element by element, along an axis, products

    static native long unary(int op, long x);

    static native long binary(int op, long a, long b);

    static native long binaryScalar(int op, long a, double b);

    static native long where(long condition, long a, long b);

    static native long reduce(int op, long x, int axis, boolean keepDims);

    static native long softmax(long x, int axis);

    static native long cumsum(long x, int axis);

    static native long argsort(long x, int axis);

    static native long topk(long x, int k, int axis);

    static native long matmul(long a, long b);

    static native long linear(long x, long weight, long bias);

    static native long gatherLinear(long x, long weights, long indices);

    // Packed weights

    /** Handles of weight, scales and biases (0 if the mode has none). */
    static native long[] quantize(long w, int mode, int groupSize, int bits);

    static native long dequantize(long w, long scales, long biases, int mode, int groupSize, int bits, int dtype);

    static native long gatherDequantize(
            long w, long scales, long biases, int[] rows, int mode, int groupSize, int bits, int dtype);

    static native void prepareWeights(long w, long scales, long biases, int mode, int groupSize, int bits);

    static native long quantizedMatmul(
            long x, long w, long scales, long biases, boolean transpose, int mode, int groupSize, int bits);

    static native long gatherQmm(
            long x,
            long w,
            long scales,
            long biases,
            long lhsIndices,
            long rhsIndices,
            boolean transpose,
            int mode,
            int groupSize,
            int bits);

    // Fused

    static native long rmsNorm(long x, long weight, float eps);

    static native long layerNorm(long x, long weight, long bias, float eps);

    /** {@code offsets} empty means {@code offset} for every row; {@code freqs} 0 means {@code base}. */
    static native long rope(
            long x, int dims, boolean traditional, float base, float scale, int offset, int[] offsets, long freqs);

    static native long scaledDotProductAttention(
            long q, long k, long v, float scale, boolean causal, long mask, long sinks);

    /** Handles of the result and of the state after it. */
    static native long[] gatedDelta(long q, long k, long v, long decay, long beta, long state);

    // Random

    static native long randomKey(long seed);

    static native long randomSplit(long key, int count);

    static native long randomBits(long key, int[] shape);

    static native long randomUniform(long key, float low, float high, int[] shape);

    static native long randomNormal(long key, int[] shape);

    static native long randomGumbel(long key, int[] shape);

    static native long randomCategorical(long key, long logits, int axis);

    // Stores of keys and values

    static native long kvCreate(int kvHeads, int keyDim, int valueDim, boolean latent, int dtype, int bits);

    static native int kvLength(long store);

    static native void kvAppend(long store, long k, long v);

    static native long kvAttend(long store, long q, float scale, int window, float cap, long sinks);

    /** {@code k} and {@code v} 0 where the stores hold the position already. */
    static native long kvStep(long[] stores, long q, long k, long v, float scale, int window, float cap, long sinks);

    static native int kvBlockPositions();

    static native long kvShare(long store, int from, int to);

    static native void kvAdopt(long store, long other);

    static native long kvRead(long store, int from, int to, boolean values);

    static native void kvTrim(long store, int length);

    static native long kvBytes(long store);

    static native void kvFree(long store);

    // Mapped files

    /** The path in UTF-8. */
    static native long fileMap(byte[] path);

    static native long fileSize(long file);

    static native long fileArray(long file, int dtype, int[] shape, long offset);

    static native void fileFree(long file);
}
