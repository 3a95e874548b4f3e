// Small things that the operations of the cpu back end share.
#pragma once

#include <string>

#include "array.h"
#include "isa.h"
#include "threads.h"

namespace mlxm {
namespace cpu {

/// Elements that are worth a thread of their own.
constexpr int64_t kGrain = 16384;

inline Element elementOf(Dtype dtype) {
    return dtype == Dtype::kF16 ? Element::kF16 : dtype == Dtype::kBF16 ? Element::kBF16 : Element::kF32;
}

inline int64_t elementBytes(Element element) {
    return element == Element::kF32 ? 4 : 2;
}

inline ArrayRef toFloat(const ArrayRef& x) {
    return cast(x, Dtype::kF32);
}

inline void requireFloat(const ArrayRef& x, const char* what) {
    if (!isFloat(x->dtype)) throw Error(std::string(what) + " must be floating, not " + name(x->dtype));
}

inline void requireRank(const ArrayRef& x, int least, const char* what) {
    if (x->shape.rank < least) {
        throw Error(std::string(what) + " needs at least " + std::to_string(least) + " axes, found shape " +
                    x->shape.str());
    }
}

inline void requireShape(const ArrayRef& x, const Shape& shape, const char* what) {
    if (x->shape != shape) {
        throw Error(std::string(what) + " has shape " + x->shape.str() + ", " + shape.str() + " expected");
    }
}

/// `shape` without the last `axes` axes.
inline Shape leading(const Shape& shape, int axes) {
    Shape out;
    for (int i = 0; i < shape.rank - axes; i++) out.push(shape[i]);
    return out;
}

/// Where an element of a broadcast array lies: strides in elements, 0 along axes that repeat.
struct Strides {
    int64_t of[Shape::kMaxRank] = {};

    Strides(const Shape& from, const Shape& to) {
        int64_t step = 1;
        for (int i = from.rank - 1; i >= 0; i--) {
            of[i + to.rank - from.rank] = from[i] == 1 ? 0 : step;
            step *= from[i];
        }
    }
};

/// Calls body(row, offsets) for every index of all axes of `shape` but the last; offsets[i] follows strides[i].
template <int N, typename Body>
void forRows(const Shape& shape, const Strides (&strides)[N], int64_t from, int64_t to, Body&& body) {
    for (int64_t row = from; row < to; row++) {
        int64_t offsets[N] = {};
        int64_t rest = row;
        for (int axis = shape.rank - 2; axis >= 0; axis--) {
            int64_t index = rest % shape[axis];
            rest /= shape[axis];
            for (int n = 0; n < N; n++) offsets[n] += index * strides[n].of[axis];
        }
        body(row, offsets);
    }
}

}  // namespace cpu
}  // namespace mlxm
