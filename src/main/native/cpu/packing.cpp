#include "packing.h"

#include "interleaved.h"

#include <cmath>
#include <cstring>

namespace mlxm {

namespace cpu {

namespace {

constexpr float kE2M1[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
constexpr float kLargestE4M3 = 448;

uint32_t codeAt(const uint8_t* row, int64_t bit, int bits) {
    uint32_t low = row[bit / 8];
    uint32_t high = bit % 8 + bits > 8 ? row[bit / 8 + 1] : 0;
    return (low | high << 8) >> (bit % 8) & ((1u << bits) - 1);
}

}  // namespace

float fromE2M1(uint8_t code) {
    float magnitude = kE2M1[code & 7];
    return code & 8 ? -magnitude : magnitude;
}

float fromE4M3(uint8_t code) {
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    float value = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -9)
                                : std::ldexp(static_cast<float>(8 + mantissa), exponent - 10);
    if (exponent == 15 && mantissa == 7) value = std::nanf("");
    return code & 128 ? -value : value;
}

float fromE8M0(uint8_t code) {
    return std::ldexp(1.0f, static_cast<int>(code) - 127);
}

uint8_t toE2M1(float value) {
    uint8_t best = 0;
    for (uint8_t code = 1; code < 8; code++) {
        if (std::fabs(std::fabs(value) - kE2M1[code]) < std::fabs(std::fabs(value) - kE2M1[best])) best = code;
    }
    return static_cast<uint8_t>(best | (value < 0 && best > 0 ? 8 : 0));
}

uint8_t toE4M3(float value) {
    auto sign = static_cast<uint8_t>(std::signbit(value) ? 128 : 0);
    float magnitude = std::fabs(value);
    if (!(magnitude < kLargestE4M3)) return static_cast<uint8_t>(sign | (value != value ? 127 : 126));
    int exponent;
    std::frexp(magnitude, &exponent);
    // Eight steps between powers of two, and the spacing of the smallest normal below them.
    int spacing = exponent - 1 < -6 ? -9 : exponent - 4;
    int steps = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -spacing)));
    // A carry out of the mantissa is the next exponent; both stand side by side in the code.
    return static_cast<uint8_t>(sign | (spacing == -9 ? steps : ((spacing + 9) << 3) + steps));
}

PackedRows PackedView::kernelRows(int64_t batch) const {
    PackedRows out;
    int64_t perGroup = byteSize(scaleType);
    out.codes = codes + batch * rows * rowBytes;
    out.scales = scales + batch * rows * groups * perGroup;
    out.biases = biases == nullptr ? nullptr : biases + batch * rows * groups * perGroup;
    out.element = elementOf(scaleType);
    out.rowBytes = rowBytes;
    out.groups = groups;
    out.k = k;
    out.group = quant.groupSize;
    out.bits = quant.bits;
    return out;
}

void PackedView::unpackRow(int64_t batch, int64_t row, float* out) const {
    if (quant.affine() && (quant.bits == 4 || quant.bits == 8)) {
        kernels().unpack(kernelRows(batch), row, out);
        return;
    }
    const uint8_t* bits = codes + (batch * rows + row) * rowBytes;
    int64_t first = (batch * rows + row) * groups;
    for (int64_t g = 0; g < groups; g++) {
        float scale = 0;
        float bias = 0;
        if (quant.affine()) {
            int64_t size = byteSize(scaleType);
            kernels().toF32(elementOf(scaleType), scales + (first + g) * size, &scale, 1);
            kernels().toF32(elementOf(scaleType), biases + (first + g) * size, &bias, 1);
        } else {
            auto code = static_cast<uint8_t>(scales[first + g]);
            scale = quant.mode == QuantMode::kNvfp4 ? fromE4M3(code) : fromE8M0(code);
        }
        for (int64_t i = g * quant.groupSize; i < (g + 1) * quant.groupSize; i++) {
            uint32_t code = codeAt(bits, i * quant.bits, quant.bits);
            float value = quant.affine()     ? static_cast<float>(code)
                          : quant.bits == 8 ? fromE4M3(static_cast<uint8_t>(code))
                                            : fromE2M1(static_cast<uint8_t>(code));
            out[i] = value * scale + bias;
        }
    }
}

PackedView packedView(const Packed& w) {
    PackedView v;
    v.quant = w.quant;
    requireRank(w.weight, 2, "the packed weight");
    if (w.weight->dtype != Dtype::kU32) {
        throw Error(std::string("packed weights must be U32, not ") + name(w.weight->dtype));
    }
    const Shape& shape = w.weight->shape;
    int64_t k = static_cast<int64_t>(shape.back()) * 32 / w.quant.bits;
    if (static_cast<int64_t>(shape.back()) * 32 % w.quant.bits != 0 || k % w.quant.groupSize != 0 || k > INT32_MAX) {
        throw Error("rows of " + std::to_string(shape.back()) + " words do not divide into groups of " +
                    std::to_string(w.quant.groupSize) + " elements of " + std::to_string(w.quant.bits) + " bits");
    }
    Shape scales = leading(shape, 1);
    scales.push(static_cast<int32_t>(k / w.quant.groupSize));
    requireShape(w.scales, scales, "scales");
    if (w.quant.affine()) {
        requireFloat(w.scales, "scales");
        if (!w.biases) throw Error("affine weights need biases");
        requireShape(w.biases, scales, "biases");
        if (w.biases->dtype != w.scales->dtype) throw Error("scales and biases must have the same dtype");
        v.biases = w.biases->data;
    } else if (w.scales->dtype != Dtype::kU8) {
        throw Error(std::string("scales of this mode must be U8, not ") + name(w.scales->dtype));
    }
    v.codes = w.weight->as<uint8_t>();
    v.scales = w.scales->data;
    v.scaleType = w.scales->dtype;
    v.k = static_cast<int>(k);
    v.rows = shape[shape.rank - 2];
    v.batches = shape.product(0, shape.rank - 2);
    v.rowBytes = static_cast<int64_t>(shape.back()) * 4;
    v.groups = k / w.quant.groupSize;
    v.interleaved = Interleaved::of(w.weight, v.scales, v.biases);
    return v;
}

namespace {

/// Rounds to the type that the original weights have, as arithmetic in that type would.
float roundTo(Dtype dtype, float value) {
    if (!isHalf(dtype)) return value;
    uint16_t half;
    kernels().fromF32(elementOf(dtype), &value, &half, 1);
    kernels().toF32(elementOf(dtype), &half, &value, 1);
    return value;
}

void putCode(uint8_t* row, int64_t bit, int bits, uint32_t code) {
    for (int i = 0; i < bits; i++) {
        if (code >> i & 1) row[(bit + i) / 8] = static_cast<uint8_t>(row[(bit + i) / 8] | 1u << ((bit + i) % 8));
    }
}

void quantizeAffine(const float* w, const Quant& q, uint8_t* row, int64_t at, float* scaleOut, float* biasOut) {
    float low = w[0];
    float high = w[0];
    for (int i = 1; i < q.groupSize; i++) {
        low = std::fmin(low, w[i]);
        high = std::fmax(high, w[i]);
    }
    auto steps = static_cast<float>((1 << q.bits) - 1);
    bool fromLow = std::fabs(low) > std::fabs(high);
    float scale = std::fmax((high - low) / steps, 1e-7f);
    scale = fromLow ? scale : -scale;
    float edge = fromLow ? low : high;
    float first = std::nearbyint(edge / scale);
    float bias = 0;
    if (first != 0) {
        scale = edge / first;
        bias = edge;
    }
    for (int i = 0; i < q.groupSize; i++) {
        float code = std::nearbyint((w[i] - bias) / scale);
        code = code < 0 ? 0 : code > steps ? steps : code;
        putCode(row, (at + i) * q.bits, q.bits, static_cast<uint32_t>(code));
    }
    *scaleOut = scale;
    *biasOut = bias;
}

void quantizeFloat(const float* w, const Quant& q, Dtype dtype, uint8_t* row, int64_t at, uint8_t* scaleOut) {
    float top = 0;
    for (int i = 0; i < q.groupSize; i++) top = std::fmax(top, std::fabs(w[i]));
    float scale = roundTo(dtype, top / (q.bits == 4 ? 6.0f : 448.0f));
    float divisor;
    if (q.mode == QuantMode::kNvfp4) {
        *scaleOut = toE4M3(scale);
        divisor = roundTo(dtype, fromE4M3(*scaleOut));
    } else {
        float power = scale == 0 ? 0 : std::nearbyint(roundTo(dtype, std::log2(scale)));
        *scaleOut = static_cast<uint8_t>(static_cast<int>(power) + 127);
        divisor = roundTo(dtype, std::exp2(power));
    }
    for (int i = 0; i < q.groupSize; i++) {
        float value = roundTo(dtype, w[i] / divisor);
        putCode(row, (at + i) * q.bits, q.bits, q.bits == 4 ? toE2M1(value) : toE4M3(value));
    }
}

}  // namespace
}  // namespace cpu

namespace backend {

using namespace cpu;

Packed quantize(const ArrayRef& w, Quant quant) {
    requireFloat(w, "the weight");
    requireRank(w, 2, "the weight");
    int32_t k = w->shape.back();
    if (k == 0 || k % quant.groupSize != 0 || static_cast<int64_t>(k) * quant.bits % 32 != 0) {
        throw Error("rows of " + std::to_string(k) + " elements do not divide into groups of " +
                    std::to_string(quant.groupSize));
    }
    Shape codes = leading(w->shape, 1);
    Shape groups = codes;
    codes.push(static_cast<int32_t>(static_cast<int64_t>(k) * quant.bits / 32));
    groups.push(k / quant.groupSize);
    ArrayRef wide = toFloat(w);
    ArrayRef packed = full(Dtype::kU32, codes, 0);
    ArrayRef scales = allocate(quant.affine() ? Dtype::kF32 : Dtype::kU8, groups);
    ArrayRef biases = quant.affine() ? allocate(Dtype::kF32, groups) : ArrayRef();
    int64_t rowBytes = static_cast<int64_t>(codes.back()) * 4;
    int64_t perRow = groups.back();
    for (int64_t g = 0; g < scales->size; g++) {
        const float* group = wide->as<float>() + g * quant.groupSize;
        uint8_t* row = packed->out<uint8_t>() + g / perRow * rowBytes;
        int64_t at = g % perRow * quant.groupSize;
        if (quant.affine()) {
            quantizeAffine(group, quant, row, at, scales->out<float>() + g, biases->out<float>() + g);
        } else {
            quantizeFloat(group, quant, w->dtype, row, at, scales->out<uint8_t>() + g);
        }
    }
    if (!quant.affine()) return {packed, scales, ArrayRef(), quant};
    return {packed, cast(scales, w->dtype), cast(biases, w->dtype), quant};
}

ArrayRef dequantize(const Packed& w, Dtype dtype) {
    if (!isFloat(dtype)) throw Error(std::string("weights cannot be unpacked to ") + name(dtype));
    PackedView v = packedView(w);
    Shape shape = leading(w.weight->shape, 1);
    shape.push(v.k);
    ArrayRef out = allocate(Dtype::kF32, shape);
    parallelFor(v.batches * v.rows, 1 + kGrain / v.k, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; i++) v.unpackRow(i / v.rows, i % v.rows, out->out<float>() + i * v.k);
    });
    return cast(out, dtype);
}

ArrayRef gatherDequantize(const Packed& w, const std::vector<int32_t>& rows, Dtype dtype) {
    if (!isFloat(dtype)) throw Error(std::string("weights cannot be unpacked to ") + name(dtype));
    PackedView v = packedView(w);
    if (w.weight->shape.rank != 2) throw Error("the table must have two axes, found shape " + w.weight->shape.str());
    ArrayRef out = allocate(Dtype::kF32, Shape{static_cast<int32_t>(rows.size()), v.k});
    for (size_t i = 0; i < rows.size(); i++) {
        if (rows[i] < 0 || rows[i] >= v.rows) {
            throw Error("index " + std::to_string(rows[i]) + " is outside a table of " + std::to_string(v.rows) + " rows");
        }
        v.unpackRow(0, rows[i], out->out<float>() + static_cast<int64_t>(i) * v.k);
    }
    return cast(out, dtype);
}

}  // namespace backend
}  // namespace mlxm
