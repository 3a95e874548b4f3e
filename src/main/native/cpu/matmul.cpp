// Products of arrays of floats.
#include <cstring>

#include "gather.h"
#include "gemm.h"

namespace mlxm {

namespace cpu {

void packRows(const float* rows, int64_t stride, int64_t k, int width, float* panel) {
    for (int64_t i = 0; i < k; i++) {
        float* line = panel + i * kPanelWidth;
        for (int r = 0; r < width; r++) line[r] = rows[r * stride + i];
        for (int r = width; r < kPanelWidth; r++) line[r] = 0;
    }
}

namespace {

void multiply(const float* a, const float* b, int64_t m, int64_t k, int64_t n, float* y) {
    multiplyPanels(a, m, k, n, y, [&](int64_t column, int width, float* panel) {
        for (int64_t i = 0; i < k; i++) {
            float* line = panel + i * kPanelWidth;
            std::memcpy(line, b + i * n + column, static_cast<size_t>(width) * sizeof(float));
            for (int r = width; r < kPanelWidth; r++) line[r] = 0;
        }
    });
}

/// y[m, n] = x[m, k] * matrix[n, k]^T.
void multiplyRows(const float* x, int64_t m, const char* matrix, Element element, int64_t k, int64_t n, float* y) {
    int64_t rowBytes = k * elementBytes(element);
    if (m < kPanelFrom) {
        parallelFor(n, 1 + (kGrain * 2) / (k + 1), [&](int64_t from, int64_t to) {
            for (int64_t i = 0; i < m; i++) {
                kernels().dotRows(element, matrix + from * rowBytes, k, x + i * k, k, y + i * n + from,
                                  static_cast<int>(to - from));
            }
        });
        return;
    }
    multiplyPanels(x, m, k, n, y, [&](int64_t row, int width, float* panel) {
        Block floats(static_cast<size_t>(std::max<int64_t>(k * width, 1)) * sizeof(float));
        kernels().toF32(element, matrix + row * rowBytes, floats.as<float>(), k * width);
        packRows(floats.as<float>(), k, k, width, panel);
    });
}

}  // namespace
}  // namespace cpu

namespace backend {

using namespace cpu;

ArrayRef matmul(const ArrayRef& a, const ArrayRef& b) {
    requireFloat(a, "the first factor");
    requireFloat(b, "the second factor");
    requireRank(a, 1, "the first factor");
    requireRank(b, 1, "the second factor");
    if (a->shape.rank == 1) return squeeze(matmul(expandDims(a, 0), b), b->shape.rank == 1 ? 0 : -2);
    if (b->shape.rank == 1) return squeeze(matmul(a, expandDims(b, 1)), -1);
    int32_t m = a->shape[a->shape.rank - 2];
    int32_t k = a->shape.back();
    int32_t n = b->shape.back();
    if (b->shape[b->shape.rank - 2] != k) {
        throw Error("shapes " + a->shape.str() + " and " + b->shape.str() + " do not multiply");
    }
    Shape shape = broadcast(leading(a->shape, 2), leading(b->shape, 2));
    Strides strides[2] = {Strides(leading(a->shape, 2), shape), Strides(leading(b->shape, 2), shape)};
    int64_t batches = shape.size();
    Shape rows = shape;
    rows.push(1);  // forRows leaves the last axis out
    shape.push(m);
    shape.push(n);
    ArrayRef out = allocate(Dtype::kF32, shape);
    ArrayRef left = toFloat(a);
    ArrayRef right = toFloat(b);
    if (out->size > 0) {
        forRows(rows, strides, 0, batches, [&](int64_t batch, const int64_t* at) {
            multiply(left->as<float>() + at[0] * m * k, right->as<float>() + at[1] * k * n, m, k, n,
                     out->out<float>() + batch * m * n);
        });
    }
    return cast(out, promote(a->dtype, b->dtype));
}

ArrayRef linear(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias) {
    requireFloat(x, "x");
    requireFloat(weight, "the weight");
    requireRank(x, 1, "x");
    if (weight->shape.rank != 2 || weight->shape[1] != x->shape.back()) {
        throw Error("a weight of shape " + weight->shape.str() + " does not fit x of shape " + x->shape.str());
    }
    int64_t k = weight->shape[1];
    int64_t n = weight->shape[0];
    int64_t m = k == 0 ? x->shape.product(0, x->shape.rank - 1) : x->size / k;
    Shape shape = leading(x->shape, 1);
    shape.push(weight->shape[0]);
    ArrayRef wide = toFloat(x);
    ArrayRef out = allocate(Dtype::kF32, shape);
    multiplyRows(wide->as<float>(), m, weight->data, elementOf(weight->dtype), k, n, out->out<float>());
    ArrayRef result = cast(out, promote(x->dtype, weight->dtype));
    return bias ? binary(Binary::kAdd, result, bias) : result;
}

ArrayRef gatherLinear(const ArrayRef& x, const ArrayRef& weights, const ArrayRef& indices) {
    requireFloat(x, "x");
    requireFloat(weights, "the weights");
    requireRank(x, 2, "x");
    if (weights->shape.rank != 3 || weights->shape[2] != x->shape.back()) {
        throw Error("weights of shape " + weights->shape.str() + " do not fit x of shape " + x->shape.str());
    }
    int64_t m = x->shape[x->shape.rank - 2];
    int64_t n = weights->shape[1];
    int64_t k = weights->shape[2];
    Meetings meetings(leading(x->shape, 2), weights->shape[0], ArrayRef(), indices);
    Shape shape = meetings.shape();
    shape.push(static_cast<int32_t>(m));
    shape.push(static_cast<int32_t>(n));
    ArrayRef out = allocate(Dtype::kF32, shape);
    Element element = elementOf(weights->dtype);
    meetings.multiply(toFloat(x), m, k, n, out->out<float>(),
                      [&](int64_t matrix, const ArrayRef& rows, int64_t count, float* y) {
                          const char* from = weights->data + matrix * n * k * byteSize(weights->dtype);
                          multiplyRows(rows->as<float>(), count, from, element, k, n, y);
                      });
    return cast(out, promote(x->dtype, weights->dtype));
}

}  // namespace backend
}  // namespace mlxm
