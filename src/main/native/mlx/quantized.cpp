// Packed weights. MLX reads as many scales as the weight has rows without counting them, so every shape is checked here.
#include <mlx/ops.h>

#include <optional>

#include "arrays.h"

namespace mlxm::backend {

namespace {

const char* modeName(QuantMode mode) {
    switch (mode) {
        case QuantMode::kAffine:
            return "affine";
        case QuantMode::kMxfp4:
            return "mxfp4";
        case QuantMode::kMxfp8:
            return "mxfp8";
        case QuantMode::kNvfp4:
            return "nvfp4";
    }
    throw Error("unknown quantization mode");
}

std::optional<mx::array> biasesOf(const Packed& w) {
    return w.biases ? std::optional<mx::array>(w.biases->value) : std::nullopt;
}

/// The number of columns before packing; throws Error unless the parts fit each other.
int requirePacked(const Packed& w) {
    const Shape& words = w.weight->shape;
    if (w.weight->dtype != Dtype::kU32) throw Error("packed weights are U32, not " + std::string(name(w.weight->dtype)));
    if (words.rank < 2) throw Error("packed weights have at least two axes, not " + words.str());
    int64_t bits = static_cast<int64_t>(words.back()) * 32;
    int64_t columns = bits / w.quant.bits;
    if (bits % w.quant.bits != 0 || columns % w.quant.groupSize != 0 || columns > INT32_MAX) {
        throw Error("rows of " + std::to_string(words.back()) + " words do not hold groups of " +
                    std::to_string(w.quant.groupSize) + " elements of " + std::to_string(w.quant.bits) + " bits");
    }
    Shape groups = words;
    groups[groups.rank - 1] = static_cast<int32_t>(columns / w.quant.groupSize);
    if (w.scales->shape != groups) {
        throw Error("the scales must be " + groups.str() + ", not " + w.scales->shape.str());
    }
    if (!w.quant.affine()) {
        if (w.scales->dtype != Dtype::kU8) throw Error("the scales must be U8");
        if (w.biases) throw Error(std::string(modeName(w.quant.mode)) + " has no biases");
        return static_cast<int>(columns);
    }
    bridge::requireFloat(w.scales, "the scales");
    if (!w.biases) throw Error("the biases are missing");
    bridge::requireFloat(w.biases, "the biases");
    if (w.biases->shape != groups) {
        throw Error("the biases must be " + groups.str() + ", not " + w.biases->shape.str());
    }
    return static_cast<int>(columns);
}

/// What a product gives: the common dtype of x and the scales, as MLX has it.
Dtype productType(const ArrayRef& x, const Packed& w) {
    if (!w.quant.affine()) return x->dtype;
    return promote(x->dtype, promote(w.scales->dtype, w.biases->dtype));
}

/// The input in the type to compute in.
mx::array input(const ArrayRef& x, Dtype dtype) {
    return bridge::wide(mx::astype(x->value, bridge::toMlx(dtype)));
}

void requireInner(const ArrayRef& x, const Packed& w, int columns, bool transpose) {
    bridge::requireFloat(x, "x");
    const Shape& words = w.weight->shape;
    int inner = transpose ? columns : words[words.rank - 2];
    if (x->shape.rank < 1 || x->shape.back() != inner) {
        throw Error("x must end in " + std::to_string(inner) + " elements, not " + x->shape.str());
    }
}

ArrayRef unpacked(const mx::array& weight, const mx::array& scales, std::optional<mx::array> biases, Quant quant,
                  Dtype dtype) {
    mx::array factor = scales;
    if (quant.affine()) {
        // MLX multiplies in the type of the scales, which for half types rounds twice.
        factor = mx::astype(factor, mx::float32);
        biases = mx::astype(*biases, mx::float32);
    }
    mx::array values = mx::dequantize(weight, factor, biases, quant.groupSize, quant.bits, modeName(quant.mode),
                                      std::nullopt, mx::float32);
    return bridge::narrowed(values, dtype);
}

}  // namespace

Packed quantize(const ArrayRef& w, Quant quant) {
    bridge::requireFloat(w, "w");
    if (w->shape.rank < 2) throw Error("w has at least two axes, not " + w->shape.str());
    int columns = w->shape.back();
    if (columns % quant.groupSize != 0) {
        throw Error("rows of " + std::to_string(columns) + " do not divide into groups of " +
                    std::to_string(quant.groupSize));
    }
    if (w->shape.size() == 0) {
        Shape words = w->shape;
        words[words.rank - 1] = static_cast<int32_t>(static_cast<int64_t>(columns) * quant.bits / 32);
        Shape groups = w->shape;
        groups[groups.rank - 1] = columns / quant.groupSize;
        Dtype scale = quant.affine() ? w->dtype : Dtype::kU8;
        return {full(Dtype::kU32, words, 0), full(scale, groups, 0),
                quant.affine() ? full(scale, groups, 0) : ArrayRef(), quant};
    }
    std::vector<mx::array> parts = mx::quantize(w->value, quant.groupSize, quant.bits, modeName(quant.mode));
    return {bridge::computed(parts[0]), bridge::computed(parts[1]),
            parts.size() > 2 ? bridge::computed(parts[2]) : ArrayRef(), quant};
}

ArrayRef dequantize(const Packed& w, Dtype dtype) {
    if (!isFloat(dtype)) throw Error(std::string("weights unpack to a floating type, not ") + name(dtype));
    Shape out = w.weight->shape;
    int columns = requirePacked(w);
    out[out.rank - 1] = columns;
    bridge::requireRoom(checkedBytes(out, Dtype::kF32));
    if (out.size() == 0) return full(dtype, out, 0);
    return unpacked(w.weight->value, w.scales->value, biasesOf(w), w.quant, dtype);
}

ArrayRef gatherDequantize(const Packed& w, const std::vector<int32_t>& rows, Dtype dtype) {
    if (!isFloat(dtype)) throw Error(std::string("weights unpack to a floating type, not ") + name(dtype));
    int columns = requirePacked(w);
    const Shape& words = w.weight->shape;
    if (words.rank != 2) throw Error("rows are looked up in [rows, words], not " + words.str());
    bridge::requireIndices(rows, words[0]);
    int count = static_cast<int>(rows.size());
    if (count == 0 || columns == 0) return full(dtype, Shape{count, columns}, 0);
    mx::array ids(rows.data(), mx::Shape{count}, mx::int32);
    std::optional<mx::array> biases = biasesOf(w);
    if (biases) biases = mx::take(*biases, ids, 0);
    return unpacked(mx::take(w.weight->value, ids, 0), mx::take(w.scales->value, ids, 0), biases, w.quant, dtype);
}

ArrayRef quantizedMatmul(const ArrayRef& x, const Packed& w, bool transpose) {
    int columns = requirePacked(w);
    if (w.weight->shape.rank != 2) throw Error("the weight must be [out, words], not " + w.weight->shape.str());
    requireInner(x, w, columns, transpose);
    Dtype dtype = productType(x, w);
    Shape out = x->shape;
    out[out.rank - 1] = transpose ? w.weight->shape[0] : columns;
    if (out.size() == 0 || x->shape.back() == 0) return full(dtype, out, 0);
    bool vector = x->shape.rank == 1;
    mx::array rows = input(x, dtype);
    if (vector) rows = mx::expand_dims(rows, 0);
    mx::array product = mx::quantized_matmul(rows, w.weight->value, w.scales->value, biasesOf(w), transpose,
                                             w.quant.groupSize, w.quant.bits, modeName(w.quant.mode));
    return bridge::narrowed(vector ? mx::squeeze(product, 0) : product, dtype);
}

/// MLX reads weights as they lie in their files.
void prepareWeights(const Packed&) {}

ArrayRef gatherQmm(const ArrayRef& x, const Packed& w, const ArrayRef& lhsIndices, const ArrayRef& rhsIndices,
                   bool transpose) {
    int columns = requirePacked(w);
    const Shape& words = w.weight->shape;
    if (words.rank < 3) throw Error("a stack of packed weights has at least three axes, not " + words.str());
    if (x->shape.rank < 2) throw Error("x has at least two axes, not " + x->shape.str());
    requireInner(x, w, columns, transpose);
    bridge::requireIndices(rhsIndices, words.product(0, words.rank - 2));
    Shape left;
    left.rank = x->shape.rank - 2;
    for (int i = 0; i < left.rank; i++) left[i] = x->shape[i];
    std::optional<mx::array> lhs;
    if (lhsIndices) {
        bridge::requireIndices(lhsIndices, left.size());
        left = lhsIndices->shape;
        lhs = lhsIndices->value;
    }
    Dtype dtype = productType(x, w);
    Shape out = broadcast(left, rhsIndices->shape);
    out.push(x->shape[x->shape.rank - 2]);
    out.push(transpose ? words[words.rank - 2] : columns);
    bridge::requireRoom(checkedBytes(out, Dtype::kF32));
    if (out.size() == 0 || x->shape.back() == 0) return full(dtype, out, 0);
    mx::array product = mx::gather_qmm(input(x, dtype), w.weight->value, w.scales->value, biasesOf(w), lhs,
                                       rhsIndices->value, transpose, w.quant.groupSize, w.quant.bits,
                                       modeName(w.quant.mode));
    return bridge::narrowed(product, dtype);
}

}  // namespace mlxm::backend
