// Norms and rotary positions.
#include <cmath>
#include <vector>

#include "common.h"
#include "memory.h"

namespace mlxm {
namespace backend {

using namespace cpu;

namespace {

Dtype commonType(const ArrayRef& x, const ArrayRef& other) {
    return other ? promote(x->dtype, other->dtype) : x->dtype;
}

void requireVector(const ArrayRef& v, int32_t length, const char* what) {
    if (!v) return;
    requireFloat(v, what);
    requireShape(v, Shape{length}, what);
}

int64_t rowsOf(const ArrayRef& x) {
    requireFloat(x, "x");
    requireRank(x, 1, "x");
    return x->shape.back() == 0 ? 0 : x->size / x->shape.back();
}

}  // namespace

ArrayRef rmsNorm(const ArrayRef& x, const ArrayRef& weight, float eps) {
    int64_t rows = rowsOf(x);
    int64_t n = x->shape.back();
    requireVector(weight, x->shape.back(), "the weight");
    ArrayRef in = toFloat(x);
    ArrayRef factors = weight ? toFloat(weight) : ArrayRef();
    ArrayRef out = allocate(Dtype::kF32, x->shape);
    parallelFor(rows, 1 + kGrain / (n + 1), [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; i++) {
            kernels().rmsNorm(in->as<float>() + i * n, factors ? factors->as<float>() : nullptr, eps,
                              out->out<float>() + i * n, n);
        }
    });
    return cast(out, commonType(x, weight));
}

ArrayRef layerNorm(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias, float eps) {
    int64_t rows = rowsOf(x);
    int64_t n = x->shape.back();
    requireVector(weight, x->shape.back(), "the weight");
    requireVector(bias, x->shape.back(), "the bias");
    ArrayRef in = toFloat(x);
    ArrayRef factors = weight ? toFloat(weight) : ArrayRef();
    ArrayRef offsets = bias ? toFloat(bias) : ArrayRef();
    ArrayRef out = allocate(Dtype::kF32, x->shape);
    parallelFor(rows, 1 + kGrain / (n + 1), [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; i++) {
            const float* row = in->as<float>() + i * n;
            float* y = out->out<float>() + i * n;
            float mean = kernels().sum(row, n) / static_cast<float>(n);
            for (int64_t j = 0; j < n; j++) y[j] = row[j] - mean;
            kernels().rmsNorm(y, factors ? factors->as<float>() : nullptr, eps, y, n);
            if (offsets) kernels().binary(0, y, 1, offsets->as<float>(), 1, y, n);
        }
    });
    return cast(out, commonType(commonType(x, weight) == x->dtype ? x : weight, bias));
}

namespace {

/// Sine and cosine of every angle of one position.
void angles(const Rope& rope, const float* freqs, int position, float* cosine, float* sine) {
    int half = rope.dims / 2;
    float place = static_cast<float>(position) * rope.scale;
    for (int i = 0; i < half; i++) {
        float frequency = freqs != nullptr
                              ? 1.0f / freqs[i]
                              : std::exp(-static_cast<float>(i) * std::log(rope.base) / static_cast<float>(half));
        float angle = place * frequency;
        cosine[i] = std::cos(angle);
        sine[i] = std::sin(angle);
    }
}

void rotate(const Rope& rope, const float* x, int64_t width, const float* cosine, const float* sine, float* out) {
    int half = rope.dims / 2;
    int step = rope.traditional ? 2 : 1;
    int apart = rope.traditional ? 1 : half;
    for (int i = 0; i < half; i++) {
        float a = x[i * step];
        float b = x[i * step + apart];
        out[i * step] = a * cosine[i] - b * sine[i];
        out[i * step + apart] = b * cosine[i] + a * sine[i];
    }
    for (int64_t i = rope.dims; i < width; i++) out[i] = x[i];
}

}  // namespace

ArrayRef rope(const ArrayRef& x, const Rope& rope) {
    requireFloat(x, "x");
    requireRank(x, 2, "x");
    int rank = x->shape.rank;
    int64_t width = x->shape.back();
    int64_t length = x->shape[rank - 2];
    if (rope.dims < 2 || rope.dims % 2 != 0 || rope.dims > width) {
        throw Error("dims = " + std::to_string(rope.dims) + " does not fit rows of " + std::to_string(width));
    }
    int64_t batches = rank > 2 ? x->shape[0] : 1;
    if (!rope.offsets.empty() && static_cast<int64_t>(rope.offsets.size()) != batches) {
        throw Error(std::to_string(rope.offsets.size()) + " offsets for " + std::to_string(batches) + " rows");
    }
    ArrayRef freqs;
    if (rope.freqs) {
        requireShape(rope.freqs, Shape{rope.dims / 2}, "freqs");
        freqs = toFloat(rope.freqs);
    }
    ArrayRef in = toFloat(x);
    ArrayRef out = allocate(Dtype::kF32, x->shape);
    if (x->size == 0) return cast(out, x->dtype);
    int64_t lines = x->size / batches / length / width;
    int half = rope.dims / 2;
    parallelFor(batches * length, 1 + kGrain / (lines * width), [&](int64_t from, int64_t to) {
        Block table(static_cast<size_t>(rope.dims) * sizeof(float));
        float* cosine = table.as<float>();
        float* sine = cosine + half;
        for (int64_t i = from; i < to; i++) {
            int64_t batch = i / length;
            int64_t t = i % length;
            int offset = rope.offsets.empty() ? rope.offset : rope.offsets[static_cast<size_t>(batch)];
            angles(rope, freqs ? freqs->as<float>() : nullptr, offset + static_cast<int>(t), cosine, sine);
            for (int64_t line = 0; line < lines; line++) {
                int64_t at = ((batch * lines + line) * length + t) * width;
                rotate(rope, in->as<float>() + at, width, cosine, sine, out->out<float>() + at);
            }
        }
    });
    return cast(out, x->dtype);
}

}  // namespace backend
}  // namespace mlxm
