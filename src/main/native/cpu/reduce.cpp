// Functions along one axis.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "common.h"
#include "memory.h"

namespace mlxm {
namespace backend {

using namespace cpu;

namespace {

/// An array seen as [outer, length, inner] around one axis.
struct Around {
    int axis;
    int64_t outer;
    int64_t length;
    int64_t inner;

    Around(const ArrayRef& x, int asked) : axis(checkedAxis(asked, x->shape.rank)) {
        outer = x->shape.product(0, axis);
        length = x->shape[axis];
        inner = x->shape.product(axis + 1, x->shape.rank);
    }
};

Shape without(const Shape& shape, int axis, bool keepDims) {
    Shape out;
    for (int i = 0; i < shape.rank; i++) {
        if (i != axis) {
            out.push(shape[i]);
        } else if (keepDims) {
            out.push(1);
        }
    }
    return out;
}

/// Calls body(row, line) for every line along the axis; row is contiguous.
template <typename Body>
void forLines(const Around& a, const float* x, Body&& body) {
    int64_t lines = a.outer * a.inner;
    int64_t grain = a.length > 0 ? 1 + kGrain / a.length : 1;
    parallelFor(lines, grain, [&](int64_t from, int64_t to) {
        Block space;
        if (a.inner != 1) space = Block(static_cast<size_t>(std::max<int64_t>(a.length, 1)) * sizeof(float));
        for (int64_t line = from; line < to; line++) {
            if (a.inner == 1) {
                body(x + line * a.length, line);
                continue;
            }
            const float* first = x + line / a.inner * a.length * a.inner + line % a.inner;
            for (int64_t i = 0; i < a.length; i++) space.as<float>()[i] = first[i * a.inner];
            body(space.as<float>(), line);
        }
    });
}

float logsumexpOf(const float* row, int64_t n) {
    if (n == 0) return -std::numeric_limits<float>::infinity();
    float top = kernels().max(row, n);
    if (std::isinf(top)) return top;
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += std::exp(row[i] - top);
    return top + static_cast<float>(std::log(sum));
}

float reduceRow(Reduce op, const float* row, int64_t n) {
    switch (op) {
        case Reduce::kSum:
            return kernels().sum(row, n);
        case Reduce::kMean:
            return kernels().sum(row, n) / static_cast<float>(n);
        case Reduce::kMax:
            return kernels().max(row, n);
        case Reduce::kMin: {
            float best = row[0];
            for (int64_t i = 1; i < n; i++) best = row[i] < best ? row[i] : best;
            return best;
        }
        default:
            return logsumexpOf(row, n);
    }
}

template <typename T>
int64_t bestOf(bool largest, const T* row, int64_t n) {
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++) {
        bool better = largest ? row[i] > row[best] : row[i] < row[best];
        if (better || (row[best] != row[best] && row[i] == row[i])) best = i;
    }
    return best;
}

ArrayRef integerReduce(Reduce op, const ArrayRef& x, const Around& a, const Shape& shape) {
    ArrayRef wide = astype(x, Dtype::kI64);
    ArrayRef out = allocate(Dtype::kI64, shape);
    for (int64_t line = 0; line < a.outer * a.inner; line++) {
        const int64_t* first = wide->as<int64_t>() + line / a.inner * a.length * a.inner + line % a.inner;
        uint64_t total = 0;
        int64_t best = a.length > 0 ? first[0] : 0;
        for (int64_t i = 0; i < a.length; i++) {
            int64_t v = first[i * a.inner];
            total += static_cast<uint64_t>(v);
            best = op == Reduce::kMax ? std::max(best, v) : std::min(best, v);
        }
        out->out<int64_t>()[line] = op == Reduce::kSum ? static_cast<int64_t>(total) : best;
    }
    bool narrow = op == Reduce::kSum && byteSize(x->dtype) < 4;
    return astype(out, narrow ? Dtype::kI32 : x->dtype);
}

}  // namespace

ArrayRef reduce(Reduce op, const ArrayRef& x, int axis, bool keepDims) {
    Around a(x, axis);
    Shape shape = without(x->shape, a.axis, keepDims);
    bool position = op == Reduce::kArgmax || op == Reduce::kArgmin;
    if (a.length == 0 && (position || op == Reduce::kMax || op == Reduce::kMin)) {
        throw Error("nothing to choose from along axis " + std::to_string(axis) + " of shape " + x->shape.str());
    }
    bool integer = !isFloat(x->dtype);
    if (integer && (op == Reduce::kSum || op == Reduce::kMax || op == Reduce::kMin)) {
        return integerReduce(op, x, a, shape);
    }
    ArrayRef wide = toFloat(x);
    ArrayRef out = allocate(position ? Dtype::kU32 : Dtype::kF32, shape);
    forLines(a, wide->as<float>(), [&](const float* row, int64_t line) {
        if (position) {
            out->out<uint32_t>()[line] = static_cast<uint32_t>(bestOf(op == Reduce::kArgmax, row, a.length));
        } else {
            out->out<float>()[line] = reduceRow(op, row, a.length);
        }
    });
    return position || !isHalf(x->dtype) ? out : astype(out, x->dtype);
}

namespace {

/// Applies fn(row, result) to every line along the axis and puts the results where the lines were.
template <typename Fn>
ArrayRef mapLines(const ArrayRef& x, int axis, Dtype outType, Fn&& fn) {
    Around a(x, axis);
    ArrayRef wide = toFloat(x);
    ArrayRef out = allocate(outType, x->shape);
    forLines(a, wide->as<float>(), [&](const float* row, int64_t line) {
        auto* all = out->out<uint32_t>();
        if (a.inner == 1) {
            fn(row, all + line * a.length, a.length);
            return;
        }
        Block result(static_cast<size_t>(std::max<int64_t>(a.length, 1)) * sizeof(uint32_t));
        fn(row, result.as<uint32_t>(), a.length);
        uint32_t* first = all + line / a.inner * a.length * a.inner + line % a.inner;
        for (int64_t i = 0; i < a.length; i++) first[i * a.inner] = result.as<uint32_t>()[i];
    });
    return out;
}

void order(const float* row, uint32_t* out, int64_t n) {
    for (int64_t i = 0; i < n; i++) out[i] = static_cast<uint32_t>(i);
    std::stable_sort(out, out + n, [row](uint32_t a, uint32_t b) {
        bool nanA = row[a] != row[a];
        bool nanB = row[b] != row[b];
        return nanA || nanB ? !nanA && nanB : row[a] < row[b];
    });
}

}  // namespace

ArrayRef softmax(const ArrayRef& x, int axis) {
    requireFloat(x, "the array");
    ArrayRef out = mapLines(x, axis, Dtype::kF32, [](const float* row, uint32_t* result, int64_t n) {
        auto* shares = reinterpret_cast<float*>(result);
        if (n == 0) return;
        float sum = kernels().expSum(row, kernels().max(row, n), shares, n);
        kernels().scale(shares, 1.0f / sum, shares, n);
    });
    return cast(out, x->dtype);
}

ArrayRef cumsum(const ArrayRef& x, int axis) {
    ArrayRef out = mapLines(x, axis, Dtype::kF32, [](const float* row, uint32_t* result, int64_t n) {
        float sum = 0;
        for (int64_t i = 0; i < n; i++) {
            sum += row[i];
            std::memcpy(result + i, &sum, sizeof(sum));
        }
    });
    return cast(out, x->dtype == Dtype::kBool ? Dtype::kI32 : x->dtype);
}

ArrayRef argsort(const ArrayRef& x, int axis) {
    return mapLines(x, axis, Dtype::kU32, order);
}

ArrayRef topk(const ArrayRef& x, int k, int axis) {
    int along = checkedAxis(axis, x->shape.rank);
    if (k < 1 || k > x->shape[along]) {
        throw Error("k = " + std::to_string(k) + " does not fit an axis of length " + std::to_string(x->shape[along]));
    }
    ArrayRef sorted = takeAlongAxis(x, argsort(x, axis), axis);
    Shape start;
    for (int i = 0; i < x->shape.rank; i++) start.push(i == along ? x->shape[along] - k : 0);
    return slice(sorted, start, x->shape);
}

}  // namespace backend
}  // namespace mlxm
