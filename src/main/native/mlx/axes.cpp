// Reductions, orders and products along an axis.
#include <mlx/ops.h>

#include <cmath>

#include "arrays.h"

namespace mlxm::backend {

namespace {

/// Sums of half types are taken in float32 everywhere: what a GPU kernel accumulates in differs between versions.
mx::array summable(const ArrayRef& x) {
    return isHalf(x->dtype) ? mx::astype(x->value, mx::float32) : x->value;
}

ArrayRef restored(const mx::array& value, const ArrayRef& x) {
    return isHalf(x->dtype) ? bridge::narrowed(value, x->dtype) : bridge::computed(value);
}

/// The result of reducing something empty, which MLX refuses for some functions.
ArrayRef emptyReduction(const ArrayRef& x, int axis, bool keepDims, Dtype dtype, double value) {
    Shape out;
    for (int i = 0; i < x->shape.rank; i++) {
        if (i != axis) {
            out.push(x->shape[i]);
        } else if (keepDims) {
            out.push(1);
        }
    }
    return full(dtype, out, value);
}

}  // namespace

ArrayRef reduce(Reduce op, const ArrayRef& x, int axis, bool keepDims) {
    int at = checkedAxis(axis, x->shape.rank);
    int length = x->shape[at];
    bool empty = x->shape.size() == 0;
    bool noPosition = empty && length > 0;
    switch (op) {
        case Reduce::kSum:
            return restored(mx::sum(summable(x), at, keepDims), x);
        case Reduce::kMax:
            return bridge::computed(mx::max(x->value, at, keepDims));
        case Reduce::kMin:
            return bridge::computed(mx::min(x->value, at, keepDims));
        case Reduce::kMean:
            return restored(mx::mean(summable(x), at, keepDims), x);
        case Reduce::kLogsumexp:
            if (empty) return emptyReduction(x, at, keepDims, isFloat(x->dtype) ? x->dtype : Dtype::kF32, -INFINITY);
            return restored(mx::logsumexp(mx::astype(x->value, mx::float32), at, keepDims), x);
        case Reduce::kArgmax:
            if (noPosition) return emptyReduction(x, at, keepDims, Dtype::kU32, 0);
            return bridge::computed(mx::argmax(x->value, at, keepDims), length);
        case Reduce::kArgmin:
            if (noPosition) return emptyReduction(x, at, keepDims, Dtype::kU32, 0);
            return bridge::computed(mx::argmin(x->value, at, keepDims), length);
    }
    throw Error("unknown reduction");
}

ArrayRef softmax(const ArrayRef& x, int axis) {
    bridge::requireFloat(x, "the array");
    bool precise = true;
    return bridge::computed(mx::softmax(x->value, checkedAxis(axis, x->shape.rank), precise));
}

ArrayRef cumsum(const ArrayRef& x, int axis) {
    return restored(mx::cumsum(summable(x), checkedAxis(axis, x->shape.rank)), x);
}

ArrayRef argsort(const ArrayRef& x, int axis) {
    int at = checkedAxis(axis, x->shape.rank);
    return bridge::computed(mx::argsort(x->value, at), x->shape[at]);
}

ArrayRef topk(const ArrayRef& x, int k, int axis) {
    int at = checkedAxis(axis, x->shape.rank);
    if (k < 1 || k > x->shape[at]) {
        throw Error("the largest " + std::to_string(k) + " of " + std::to_string(x->shape[at]) + " elements");
    }
    return bridge::computed(mx::topk(x->value, k, at), x->below);
}

ArrayRef matmul(const ArrayRef& a, const ArrayRef& b) {
    bridge::requireFloat(a, "the first factor");
    bridge::requireFloat(b, "the second factor");
    return bridge::computed(mx::matmul(a->value, b->value));
}

ArrayRef linear(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias) {
    bridge::requireFloat(x, "x");
    bridge::requireFloat(weight, "the weight");
    if (weight->shape.rank != 2) throw Error("the weight must be [out, in], not " + weight->shape.str());
    mx::array matrix = mx::transpose(weight->value);
    if (!bias) return bridge::computed(mx::matmul(x->value, matrix));
    bridge::requireFloat(bias, "the bias");
    if (bias->shape != Shape{weight->shape[0]}) {
        throw Error("the bias must be [" + std::to_string(weight->shape[0]) + "], not " + bias->shape.str());
    }
    // addmm cannot work out the rows of an empty x.
    if (x->shape.size() == 0) return bridge::computed(mx::add(mx::matmul(x->value, matrix), bias->value));
    return bridge::computed(mx::addmm(bias->value, x->value, matrix));
}

ArrayRef gatherLinear(const ArrayRef& x, const ArrayRef& weights, const ArrayRef& indices) {
    bridge::requireFloat(x, "x");
    bridge::requireFloat(weights, "the weights");
    if (x->shape.rank < 2 || weights->shape.rank != 3 || weights->shape[2] != x->shape.back()) {
        throw Error("weights of shape " + weights->shape.str() + " do not fit x of shape " + x->shape.str());
    }
    bridge::requireIndices(indices, weights->shape[0]);
    Shape batch;
    batch.rank = x->shape.rank - 2;
    for (int i = 0; i < batch.rank; i++) batch[i] = x->shape[i];
    Dtype dtype = promote(x->dtype, weights->dtype);
    Shape out = broadcast(batch, indices->shape);
    out.push(x->shape[x->shape.rank - 2]);
    out.push(weights->shape[1]);
    bridge::requireRoom(checkedBytes(out, Dtype::kF32));
    if (out.size() == 0 || x->shape.back() == 0) return full(dtype, out, 0);
    mx::array rows = mx::astype(x->value, bridge::toMlx(dtype));
    mx::array matrices = mx::swapaxes(mx::astype(weights->value, bridge::toMlx(dtype)), -1, -2);
    return bridge::computed(mx::gather_mm(rows, matrices, std::nullopt, indices->value));
}

}  // namespace mlxm::backend
