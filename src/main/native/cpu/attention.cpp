// Attention, over whole arrays and over stores that grow.
#include "attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "memory.h"

namespace mlxm {

namespace cpu {

bool packs(int dim) {
    return dim % 32 == 0;
}

KvPacking RowFormat::packing(int dim) const {
    int group = dim % 64 == 0 ? 64 : 32;
    return {dim, group, bits, int64_t{dim} * bits / 8 + 4 * (dim / group)};
}

void RowFormat::expand(const char* rows, int dim, int64_t count, float* out) const {
    if (packed()) {
        kernels().unpackKv(packing(dim), reinterpret_cast<const uint8_t*>(rows), count, out);
    } else {
        kernels().toF32(element, rows, out, count * dim);
    }
}

namespace {

/// Turns scores into shares that, with the sink, add up to one.
void shares(float* scores, int64_t n, const float* sink) {
    float top = kernels().max(scores, n);
    if (sink != nullptr) top = std::max(top, *sink);
    if (top == -std::numeric_limits<float>::infinity()) {
        std::fill(scores, scores + n, 0.0f);
        return;
    }
    float sum = kernels().expSum(scores, top, scores, n);
    if (sink != nullptr) sum += std::exp(*sink - top);
    kernels().scale(scores, 1.0f / sum, scores, n);
}

}  // namespace

void capScores(float* scores, float cap, int64_t n) {
    if (cap == 0) return;
    kernels().scale(scores, 1 / cap, scores, n);
    kernels().unary(static_cast<int>(Unary::kTanh), scores, scores, n);
    kernels().scale(scores, cap, scores, n);
}

namespace {

/// Positions that all heads work on before any goes on: few enough to stay in the first cache.
constexpr int64_t kStretch = 16;

/// Calls body(run, first, count, score) for each stretch of a run that is visible, and the place of its first score.
template <typename Body>
void visibleStretches(const std::vector<KvRun>& runs, const Visible& visible, Body&& body) {
    int64_t at = 0;
    for (const KvRun& run : runs) {
        int64_t to = std::min(visible.to, at + run.count);
        for (int64_t from = std::max(visible.from, at); from < to; from += kStretch) {
            body(run, from - at, static_cast<int>(std::min(kStretch, to - from)), from - visible.from);
        }
        at += run.count;
    }
}

/// Rows of keys or values as a kernel takes them.
struct Stretch {
    Element element;
    const void* rows;
};

/// What is packed is expanded to `space`.
Stretch stretch(const RowFormat& format, const char* rows, int dim, int count, float* space) {
    if (!format.packed()) return {format.element, rows};
    format.expand(rows, dim, count, space);
    return {Element::kF32, space};
}

/// Scores of one head to its shares.
void weigh(const HeadAttention& head, int number, const Visible& visible, float* scores, int64_t n) {
    kernels().scale(scores, head.scale, scores, n);
    capScores(scores, head.cap, n);
    if (visible.added != nullptr) kernels().binary(0, scores, 1, visible.added + visible.from, 1, scores, n);
    if (visible.kept != nullptr) {
        for (int64_t i = 0; i < n; i++) {
            if (!visible.kept[visible.from + i]) scores[i] = -std::numeric_limits<float>::infinity();
        }
    }
    shares(scores, n, head.sink == nullptr ? nullptr : head.sink + number);
}

}  // namespace

void attendRow(const HeadAttention& head, int heads, const float* query, int64_t queryStride, const Visible& visible,
               float* scores, float* out, int64_t outStride) {
    for (int h = 0; h < heads; h++) std::fill(out + h * outStride, out + h * outStride + head.valueDim, 0.0f);
    int64_t n = visible.to - visible.from;
    if (n <= 0) return;
    const RowFormat& format = head.format;
    Block space;
    if (format.packed()) {
        space = Block(static_cast<size_t>(kStretch * std::max(head.headDim, head.valueStride)) * sizeof(float));
    }
    visibleStretches(*head.runs, visible, [&](const KvRun& run, int64_t first, int count, int64_t score) {
        const char* keys = run.keys + first * format.rowBytes(head.headDim);
        Stretch s = stretch(format, keys, head.headDim, count, space.as<float>());
        kernels().dotHeads(s.element, s.rows, head.headDim, query, queryStride, heads, head.headDim, scores + score, n,
                           count);
    });
    for (int h = 0; h < heads; h++) weigh(head, h, visible, scores + h * n, n);
    visibleStretches(*head.runs, visible, [&](const KvRun& run, int64_t first, int count, int64_t score) {
        const char* values = run.values + first * format.rowBytes(head.valueStride);
        Stretch s = stretch(format, values, head.valueStride, count, space.as<float>());
        kernels().addHeads(s.element, s.rows, head.valueStride, scores + score, n, heads, count, out, outStride,
                           head.valueDim);
    });
}

}  // namespace cpu

namespace backend {

using namespace cpu;

namespace {

ArrayRef expandMask(const ArrayRef& mask, const Shape& scores) {
    if (!mask) return mask;
    bool flags = mask->dtype == Dtype::kBool;
    if (!flags) requireFloat(mask, "the mask");
    return broadcastTo(flags ? mask : toFloat(mask), scores);
}

}  // namespace

ArrayRef scaledDotProductAttention(const ArrayRef& q, const ArrayRef& k, const ArrayRef& v, float scale, bool causal,
                                   const ArrayRef& mask, const ArrayRef& sinks) {
    for (const ArrayRef& x : {q, k, v}) {
        requireFloat(x, "an operand");
        if (x->shape.rank != 4) throw Error("operands need four axes, found shape " + x->shape.str());
    }
    int batches = q->shape[0];
    int heads = q->shape[1];
    int64_t queries = q->shape[2];
    int headDim = q->shape[3];
    int kvHeads = k->shape[1];
    int64_t keys = k->shape[2];
    int valueDim = v->shape[3];
    bool fits = k->shape[0] == batches && v->shape[0] == batches && k->shape[3] == headDim && v->shape[1] == kvHeads &&
                v->shape[2] == keys && kvHeads > 0 && heads % kvHeads == 0;
    if (!fits) {
        throw Error("shapes " + q->shape.str() + ", " + k->shape.str() + " and " + v->shape.str() + " do not attend");
    }
    if (sinks) requireShape(sinks, Shape{heads}, "sinks");
    Shape scores{batches, heads, static_cast<int32_t>(queries), static_cast<int32_t>(keys)};
    ArrayRef wholeMask = expandMask(mask, scores);
    Shape shape = q->shape;
    shape[3] = valueDim;
    ArrayRef out = allocate(Dtype::kF32, shape);
    ArrayRef fq = toFloat(q);
    ArrayRef fk = toFloat(k);
    ArrayRef fv = toFloat(v);
    ArrayRef fs = sinks ? toFloat(sinks) : ArrayRef();
    int group = heads / kvHeads;
    parallelFor(static_cast<int64_t>(batches) * heads, 1, [&](int64_t from, int64_t to) {
        Block space(static_cast<size_t>(std::max<int64_t>(keys, 1)) * sizeof(float));
        for (int64_t bh = from; bh < to; bh++) {
            int64_t kv = bh / heads * kvHeads + bh % heads / group;
            std::vector<KvRun> run{{reinterpret_cast<const char*>(fk->as<float>() + kv * keys * headDim),
                                    reinterpret_cast<const char*>(fv->as<float>() + kv * keys * valueDim), keys}};
            HeadAttention head{{Element::kF32, 0}, headDim, valueDim, valueDim,
                               &run,               scale,   0,        fs ? fs->as<float>() + bh % heads : nullptr};
            for (int64_t t = 0; t < queries; t++) {
                int64_t line = bh * queries + t;
                Visible visible{0, causal ? std::max<int64_t>(0, keys - queries + t + 1) : keys, nullptr, nullptr};
                if (wholeMask && wholeMask->dtype == Dtype::kBool) {
                    visible.kept = wholeMask->as<uint8_t>() + line * keys;
                } else if (wholeMask) {
                    visible.added = wholeMask->as<float>() + line * keys;
                }
                attendRow(head, 1, fq->as<float>() + line * headDim, headDim, visible, space.as<float>(),
                          out->out<float>() + line * valueDim, valueDim);
            }
        }
    });
    return cast(out, q->dtype);
}

}  // namespace backend
}  // namespace mlxm
