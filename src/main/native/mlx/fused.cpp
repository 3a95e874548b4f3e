// Norms, rotary positions and attention: MLX's own fused kernels on a GPU, its fallbacks elsewhere.
#include <mlx/fast.h>
#include <mlx/ops.h>

#include <limits>
#include <optional>

#include "arrays.h"
#include "attention.h"

namespace mlxm {

namespace {

std::optional<mx::array> optional(const ArrayRef& x) {
    return x ? std::optional<mx::array>(x->value) : std::nullopt;
}

void requireAttention(const ArrayRef& q, const ArrayRef& k, const ArrayRef& v) {
    for (const ArrayRef& x : {q, k, v}) {
        if (x->shape.rank != 4) throw Error("attention needs four axes, not " + x->shape.str());
        bridge::requireFloat(x, "an argument of attention");
    }
    const Shape& queries = q->shape;
    const Shape& keys = k->shape;
    const Shape& values = v->shape;
    bool fits = keys[0] == queries[0] && values[0] == queries[0] && keys[1] == values[1] && keys[2] == values[2] &&
                keys[3] == queries[3];
    if (!fits) throw Error("queries, keys and values do not fit each other");
    if (keys[1] == 0 || queries[1] % keys[1] != 0) {
        throw Error(std::to_string(queries[1]) + " heads cannot share " + std::to_string(keys[1]) + " heads of keys");
    }
    bridge::requireRoom(checkedBytes(Shape{queries[0], queries[1], queries[2], keys[2]}, Dtype::kF32));
}

}  // namespace

mx::array bridge::attention(const mx::array& q, const mx::array& k, const mx::array& v, float scale, bool causal,
                            std::optional<mx::array> mask, std::optional<mx::array> sinks) {
    mx::Dtype dtype = q.dtype();
    if (mask && mask->dtype() != mx::bool_) mask = mx::astype(*mask, dtype);
    if (sinks) sinks = mx::astype(*sinks, dtype);
    return mx::fast::scaled_dot_product_attention(q, mx::astype(k, dtype), mx::astype(v, dtype), scale,
                                                  causal ? "causal" : (mask ? "array" : ""), mask, sinks);
}

mx::array bridge::cappedAttention(const mx::array& q, const mx::array& k, const mx::array& v, float scale, float cap,
                                  std::optional<mx::array> mask, std::optional<mx::array> sinks) {
    int kvHeads = k.shape(1);
    int group = q.shape(1) / kvHeads;
    mx::array limit = mx::array(cap, mx::float32);
    // [batch, kvHeads, heads that share keys, queries, dim]: keys and values are broadcast over the group.
    mx::array grouped = mx::reshape(mx::astype(q, mx::float32), {q.shape(0), kvHeads, group, q.shape(2), q.shape(3)});
    mx::array keys = mx::expand_dims(mx::astype(k, mx::float32), 2);
    mx::array scores = mx::matmul(mx::multiply(grouped, mx::array(scale, mx::float32)), mx::swapaxes(keys, -1, -2));
    scores = mx::multiply(mx::tanh(mx::divide(scores, limit)), limit);
    if (mask) scores = mx::where(*mask, scores, mx::array(-std::numeric_limits<float>::infinity(), mx::float32));
    if (sinks) {
        mx::array sink = mx::reshape(mx::astype(*sinks, mx::float32), {1, kvHeads, group, 1, 1});
        mx::Shape column = scores.shape();
        column.back() = 1;
        scores = mx::concatenate({scores, mx::broadcast_to(sink, column)}, -1);
    }
    mx::array shares = mx::softmax(scores, -1);
    if (sinks) {
        mx::Shape end = shares.shape();
        end.back() -= 1;
        shares = mx::slice(shares, mx::Shape(end.size(), 0), end);
    }
    mx::array out = mx::matmul(shares, mx::expand_dims(mx::astype(v, mx::float32), 2));
    return mx::astype(mx::reshape(out, {q.shape(0), q.shape(1), q.shape(2), v.shape(3)}), q.dtype());
}

namespace backend {

ArrayRef rmsNorm(const ArrayRef& x, const ArrayRef& weight, float eps) {
    bridge::requireFloat(x, "x");
    return bridge::computed(mx::fast::rms_norm(x->value, optional(weight), eps));
}

ArrayRef layerNorm(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias, float eps) {
    bridge::requireFloat(x, "x");
    return bridge::computed(mx::fast::layer_norm(x->value, optional(weight), optional(bias), eps));
}

ArrayRef rope(const ArrayRef& x, const Rope& rope) {
    bridge::requireFloat(x, "x");
    int rank = x->shape.rank;
    if (rank < 2) throw Error("rotary positions need [..., positions, headDim], not " + x->shape.str());
    if (!rope.offsets.empty() && rope.offsets.size() != static_cast<size_t>(x->shape[0])) {
        throw Error(std::to_string(rope.offsets.size()) + " offsets for " + std::to_string(x->shape[0]) + " rows");
    }
    mx::array input = bridge::wide(rank == 2 ? mx::expand_dims(x->value, 0) : x->value);
    std::optional<mx::array> freqs = optional(rope.freqs);
    std::optional<float> base = freqs ? std::nullopt : std::optional<float>(rope.base);
    if (rope.offsets.empty()) {
        input = mx::fast::rope(input, rope.dims, rope.traditional, base, rope.scale, rope.offset, freqs);
    } else {
        if (rank == 2) throw Error("offsets per row need at least three axes, not " + x->shape.str());
        mx::array offsets(rope.offsets.data(), mx::Shape{x->shape[0]}, mx::int32);
        input = mx::fast::rope(input, rope.dims, rope.traditional, base, rope.scale, offsets, freqs);
    }
    return bridge::narrowed(rank == 2 ? mx::squeeze(input, 0) : input, x->dtype);
}

ArrayRef scaledDotProductAttention(const ArrayRef& q, const ArrayRef& k, const ArrayRef& v, float scale, bool causal,
                                   const ArrayRef& mask, const ArrayRef& sinks) {
    requireAttention(q, k, v);
    if (causal && mask) throw Error("either causal or a mask");
    if (mask && mask->dtype != Dtype::kBool) bridge::requireFloat(mask, "the mask");
    if (k->shape[2] == 0) return full(q->dtype, Shape{q->shape[0], q->shape[1], q->shape[2], v->shape[3]}, 0);
    Dtype common = promote(q->dtype, promote(k->dtype, v->dtype));
    mx::array queries = bridge::wide(mx::astype(q->value, bridge::toMlx(common)));
    return bridge::narrowed(
        bridge::attention(queries, k->value, v->value, scale, causal, optional(mask), optional(sinks)), q->dtype);
}

}  // namespace backend
}  // namespace mlxm
