package io.mlxmanager.mlx;

/**
 * Construction, shape, element-wise operations, reductions and products of arrays. Dtypes follow MLX: two operands meet at
 * their common type (BF16 and F16 at F32), a Java number takes the type of the array beside it, comparisons give BOOL.
 * Axes may be negative. Every result belongs to the innermost open {@link MlxScope}; everything that does not fit throws
 * {@link MlxException}.
 */
public final class Ops {

    private Ops() {}

    // Construction

    /** An F32 array with the given elements in row-major order. */
    public static MlxArray fromFloats(float[] values, int... shape) {
        return MlxScope.current().own(MlxNative.fromFloats(values, shape));
    }

    /** An I32 array with the given elements in row-major order. */
    public static MlxArray fromInts(int[] values, int... shape) {
        return MlxScope.current().own(MlxNative.fromInts(values, shape));
    }

    /** An array from its bytes in memory order (little-endian, row-major). */
    public static MlxArray fromBytes(Dtype dtype, byte[] bytes, int... shape) {
        return MlxScope.current().own(MlxNative.fromBytes(dtype.code(), bytes, shape));
    }

    public static MlxArray zeros(Dtype dtype, int... shape) {
        return full(dtype, 0, shape);
    }

    public static MlxArray full(Dtype dtype, double value, int... shape) {
        return MlxScope.current().own(MlxNative.full(dtype.code(), value, shape));
    }

    // Shape

    /** The same elements under another shape; one length may be -1 and is worked out. */
    public static MlxArray reshape(MlxArray x, int... shape) {
        return MlxScope.current().own(MlxNative.reshape(x.handle(), shape));
    }

    /** Axis {@code i} of the result is axis {@code axes[i]} of {@code x}; no axes at all reverses them. */
    public static MlxArray transpose(MlxArray x, int... axes) {
        return MlxScope.current().own(MlxNative.transpose(x.handle(), axes));
    }

    /** The box {@code start[i] <= index < stop[i]}; one entry per axis, {@code 0 <= start <= stop <= length}. */
    public static MlxArray slice(MlxArray x, int[] start, int[] stop) {
        return MlxScope.current().own(MlxNative.slice(x.handle(), start, stop));
    }

    public static MlxArray concatenate(int axis, MlxArray... arrays) {
        MlxScope scope = MlxScope.current();
        return scope.own(MlxNative.concatenate(MlxArray.handles(arrays), axis));
    }

    /** Inserts an axis of length 1 before {@code axis}. */
    public static MlxArray expandDims(MlxArray x, int axis) {
        return MlxScope.current().own(MlxNative.expandDims(x.handle(), axis));
    }

    /** Removes an axis of length 1. */
    public static MlxArray squeeze(MlxArray x, int axis) {
        return MlxScope.current().own(MlxNative.squeeze(x.handle(), axis));
    }

    public static MlxArray broadcastTo(MlxArray x, int... shape) {
        return MlxScope.current().own(MlxNative.broadcastTo(x.handle(), shape));
    }

    /** Rows {@code ids} of the first axis: {@code [ids.length, rest of the table's shape]}; every id is range-checked. */
    public static MlxArray takeRows(MlxArray table, int... ids) {
        return MlxScope.current().own(MlxNative.takeRows(table.handle(), ids));
    }

    /** Replaces {@code axis} by the axes of an integer array of range-checked indices. */
    public static MlxArray take(MlxArray x, MlxArray indices, int axis) {
        return MlxScope.current().own(MlxNative.take(x.handle(), indices.handle(), axis));
    }

    /** For every position of {@code indices}, the element of {@code x} at that place of {@code axis}. */
    public static MlxArray takeAlongAxis(MlxArray x, MlxArray indices, int axis) {
        return MlxScope.current().own(MlxNative.takeAlongAxis(x.handle(), indices.handle(), axis));
    }

    public static MlxArray astype(MlxArray x, Dtype dtype) {
        return MlxScope.current().own(MlxNative.astype(x.handle(), dtype.code()));
    }

    // Element by element, two arrays (broadcasting)

    public static MlxArray add(MlxArray a, MlxArray b) {
        return binary(BinaryOp.ADD, a, b);
    }

    public static MlxArray add(MlxArray a, double b) {
        return scalar(BinaryOp.ADD, a, b);
    }

    public static MlxArray subtract(MlxArray a, MlxArray b) {
        return binary(BinaryOp.SUBTRACT, a, b);
    }

    public static MlxArray subtract(MlxArray a, double b) {
        return scalar(BinaryOp.SUBTRACT, a, b);
    }

    public static MlxArray multiply(MlxArray a, MlxArray b) {
        return binary(BinaryOp.MULTIPLY, a, b);
    }

    public static MlxArray multiply(MlxArray a, double b) {
        return scalar(BinaryOp.MULTIPLY, a, b);
    }

    /** True division: integers give F32. */
    public static MlxArray divide(MlxArray a, MlxArray b) {
        return binary(BinaryOp.DIVIDE, a, b);
    }

    public static MlxArray divide(MlxArray a, double b) {
        return scalar(BinaryOp.DIVIDE, a, b);
    }

    public static MlxArray maximum(MlxArray a, MlxArray b) {
        return binary(BinaryOp.MAXIMUM, a, b);
    }

    public static MlxArray maximum(MlxArray a, double b) {
        return scalar(BinaryOp.MAXIMUM, a, b);
    }

    public static MlxArray minimum(MlxArray a, MlxArray b) {
        return binary(BinaryOp.MINIMUM, a, b);
    }

    public static MlxArray minimum(MlxArray a, double b) {
        return scalar(BinaryOp.MINIMUM, a, b);
    }

    public static MlxArray power(MlxArray a, MlxArray b) {
        return binary(BinaryOp.POWER, a, b);
    }

    public static MlxArray power(MlxArray a, double b) {
        return scalar(BinaryOp.POWER, a, b);
    }

    public static MlxArray less(MlxArray a, MlxArray b) {
        return binary(BinaryOp.LESS, a, b);
    }

    public static MlxArray lessEqual(MlxArray a, MlxArray b) {
        return binary(BinaryOp.LESS_EQUAL, a, b);
    }

    public static MlxArray greater(MlxArray a, MlxArray b) {
        return binary(BinaryOp.GREATER, a, b);
    }

    public static MlxArray greater(MlxArray a, double b) {
        return scalar(BinaryOp.GREATER, a, b);
    }

    public static MlxArray greaterEqual(MlxArray a, MlxArray b) {
        return binary(BinaryOp.GREATER_EQUAL, a, b);
    }

    public static MlxArray equal(MlxArray a, MlxArray b) {
        return binary(BinaryOp.EQUAL, a, b);
    }

    public static MlxArray notEqual(MlxArray a, MlxArray b) {
        return binary(BinaryOp.NOT_EQUAL, a, b);
    }

    public static MlxArray logicalAnd(MlxArray a, MlxArray b) {
        return binary(BinaryOp.LOGICAL_AND, a, b);
    }

    public static MlxArray logicalOr(MlxArray a, MlxArray b) {
        return binary(BinaryOp.LOGICAL_OR, a, b);
    }

    /** {@code silu(gate) * up} in one pass; both of one shape and dtype. */
    public static MlxArray swiglu(MlxArray gate, MlxArray up) {
        return binary(BinaryOp.SWIGLU, gate, up);
    }

    /** Elements of {@code a} where {@code condition} is true (or not zero), else of {@code b}; all three broadcast. */
    public static MlxArray where(MlxArray condition, MlxArray a, MlxArray b) {
        return MlxScope.current().own(MlxNative.where(condition.handle(), a.handle(), b.handle()));
    }

    // Element by element, one array

    public static MlxArray negative(MlxArray x) {
        return unary(UnaryOp.NEGATIVE, x);
    }

    public static MlxArray abs(MlxArray x) {
        return unary(UnaryOp.ABS, x);
    }

    public static MlxArray exp(MlxArray x) {
        return unary(UnaryOp.EXP, x);
    }

    public static MlxArray log(MlxArray x) {
        return unary(UnaryOp.LOG, x);
    }

    public static MlxArray sqrt(MlxArray x) {
        return unary(UnaryOp.SQRT, x);
    }

    public static MlxArray rsqrt(MlxArray x) {
        return unary(UnaryOp.RSQRT, x);
    }

    public static MlxArray square(MlxArray x) {
        return unary(UnaryOp.SQUARE, x);
    }

    public static MlxArray sin(MlxArray x) {
        return unary(UnaryOp.SIN, x);
    }

    public static MlxArray cos(MlxArray x) {
        return unary(UnaryOp.COS, x);
    }

    public static MlxArray tanh(MlxArray x) {
        return unary(UnaryOp.TANH, x);
    }

    public static MlxArray erf(MlxArray x) {
        return unary(UnaryOp.ERF, x);
    }

    public static MlxArray sigmoid(MlxArray x) {
        return unary(UnaryOp.SIGMOID, x);
    }

    /** {@code x * sigmoid(x)}. */
    public static MlxArray silu(MlxArray x) {
        return unary(UnaryOp.SILU, x);
    }

    public static MlxArray gelu(MlxArray x, Gelu kind) {
        return unary(
                switch (kind) {
                    case ERF -> UnaryOp.GELU_ERF;
                    case TANH -> UnaryOp.GELU_TANH;
                    case FAST -> UnaryOp.GELU_FAST;
                },
                x);
    }

    public static MlxArray floor(MlxArray x) {
        return unary(UnaryOp.FLOOR, x);
    }

    public static MlxArray logicalNot(MlxArray x) {
        return unary(UnaryOp.LOGICAL_NOT, x);
    }

    // Along an axis

    public static MlxArray sum(MlxArray x, int axis, boolean keepDims) {
        return reduce(ReduceOp.SUM, x, axis, keepDims);
    }

    public static MlxArray max(MlxArray x, int axis, boolean keepDims) {
        return reduce(ReduceOp.MAX, x, axis, keepDims);
    }

    public static MlxArray min(MlxArray x, int axis, boolean keepDims) {
        return reduce(ReduceOp.MIN, x, axis, keepDims);
    }

    public static MlxArray mean(MlxArray x, int axis, boolean keepDims) {
        return reduce(ReduceOp.MEAN, x, axis, keepDims);
    }

    public static MlxArray logsumexp(MlxArray x, int axis, boolean keepDims) {
        return reduce(ReduceOp.LOGSUMEXP, x, axis, keepDims);
    }

    /** Index (U32) of the largest element, the first of several; the axis disappears. */
    public static MlxArray argmax(MlxArray x, int axis) {
        return reduce(ReduceOp.ARGMAX, x, axis, false);
    }

    /** Index (U32) of the smallest element, the first of several; the axis disappears. */
    public static MlxArray argmin(MlxArray x, int axis) {
        return reduce(ReduceOp.ARGMIN, x, axis, false);
    }

    /** Softmax, accumulated in float32 whatever the dtype. */
    public static MlxArray softmax(MlxArray x, int axis) {
        return MlxScope.current().own(MlxNative.softmax(x.handle(), axis));
    }

    /** Running sum, the element itself included. */
    public static MlxArray cumsum(MlxArray x, int axis) {
        return MlxScope.current().own(MlxNative.cumsum(x.handle(), axis));
    }

    /** Indices (U32) that sort ascending; equal elements keep their order, NaN comes last. */
    public static MlxArray argsort(MlxArray x, int axis) {
        return MlxScope.current().own(MlxNative.argsort(x.handle(), axis));
    }

    /** The {@code k} largest elements, in no promised order. */
    public static MlxArray topk(MlxArray x, int k, int axis) {
        return MlxScope.current().own(MlxNative.topk(x.handle(), k, axis));
    }

    // Products

    /** Matrix product over the last two axes; the axes before them broadcast. */
    public static MlxArray matmul(MlxArray a, MlxArray b) {
        return MlxScope.current().own(MlxNative.matmul(a.handle(), b.handle()));
    }

    /**
     * {@code x * weight^T + bias}.
     *
     * @param x {@code [..., in]}
     * @param weight {@code [out, in]} in F32, F16 or BF16
     * @param bias {@code [out]} or null
     * @return {@code [..., out]}
     */
    public static MlxArray linear(MlxArray x, MlxArray weight, MlxArray bias) {
        return MlxScope.current().own(MlxNative.linear(x.handle(), weight.handle(), MlxArray.handleOrZero(bias)));
    }

    /**
     * Products with chosen matrices of a stack, without bias.
     *
     * @param x {@code [..., m, in]}; its leading axes are broadcast against those of the indices
     * @param weights {@code [matrices, out, in]} in F32, F16 or BF16
     * @param indices integers, range-checked
     * @return {@code [shape of the indices, m, out]}
     */
    public static MlxArray gatherLinear(MlxArray x, MlxArray weights, MlxArray indices) {
        return MlxScope.current().own(MlxNative.gatherLinear(x.handle(), weights.handle(), indices.handle()));
    }

    // Evaluation

    /** Computes the arrays now. The cpu back end has computed them already; a lazy back end starts and waits. */
    public static void eval(MlxArray... arrays) {
        MlxNative.eval(MlxArray.handles(arrays), true);
    }

    /** As {@link #eval}, without waiting. */
    public static void asyncEval(MlxArray... arrays) {
        MlxNative.eval(MlxArray.handles(arrays), false);
    }

    private static MlxArray unary(UnaryOp op, MlxArray x) {
        return MlxScope.current().own(MlxNative.unary(op.ordinal(), x.handle()));
    }

    private static MlxArray binary(BinaryOp op, MlxArray a, MlxArray b) {
        return MlxScope.current().own(MlxNative.binary(op.ordinal(), a.handle(), b.handle()));
    }

    private static MlxArray scalar(BinaryOp op, MlxArray a, double b) {
        return MlxScope.current().own(MlxNative.binaryScalar(op.ordinal(), a.handle(), b));
    }

    private static MlxArray reduce(ReduceOp op, MlxArray x, int axis, boolean keepDims) {
        return MlxScope.current().own(MlxNative.reduce(op.ordinal(), x.handle(), axis, keepDims));
    }
}
