// Functions of single elements.
#include <cmath>
#include <cstring>
#include <type_traits>

#include "common.h"

namespace mlxm {
namespace backend {

using namespace cpu;

ArrayRef unary(Unary op, const ArrayRef& x) {
    if (op == Unary::kLogicalNot) {
        ArrayRef truth = astype(x, Dtype::kBool);
        ArrayRef out = allocate(Dtype::kBool, x->shape);
        for (int64_t i = 0; i < x->size; i++) out->out<uint8_t>()[i] = truth->as<uint8_t>()[i] == 0;
        return out;
    }
    bool keepsIntegers =
        op == Unary::kNegative || op == Unary::kAbs || op == Unary::kSquare || op == Unary::kFloor;
    if (!isFloat(x->dtype) && keepsIntegers) {
        if (op == Unary::kFloor) return x;
        ArrayRef wide = astype(x, Dtype::kI64);
        ArrayRef out = allocate(Dtype::kI64, x->shape);
        for (int64_t i = 0; i < x->size; i++) {
            auto v = static_cast<uint64_t>(wide->as<int64_t>()[i]);
            bool below = wide->as<int64_t>()[i] < 0;
            out->out<uint64_t>()[i] = op == Unary::kSquare ? v * v : op == Unary::kNegative || below ? 0 - v : v;
        }
        return astype(out, x->dtype);
    }
    ArrayRef wide = toFloat(x);
    ArrayRef out = allocate(Dtype::kF32, x->shape);
    parallelFor(x->size, kGrain, [&](int64_t from, int64_t to) {
        kernels().unary(static_cast<int>(op), wide->as<float>() + from, out->out<float>() + from, to - from);
    });
    return isHalf(x->dtype) ? astype(out, x->dtype) : out;
}

namespace {

/// -1 where the kernels have no such function.
int kernelOf(Binary op) {
    switch (op) {
        case Binary::kAdd:
            return 0;
        case Binary::kSubtract:
            return 1;
        case Binary::kMultiply:
            return 2;
        case Binary::kDivide:
            return 3;
        case Binary::kSwiglu:
            return 4;
        default:
            return -1;
    }
}

bool givesTruth(Binary op) {
    return op >= Binary::kLess && op <= Binary::kLogicalOr;
}

template <typename T>
T power(T base, T exponent) {
    return static_cast<T>(std::pow(base, exponent));
}

int64_t power(int64_t base, int64_t exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
    uint64_t result = 1;
    auto factor = static_cast<uint64_t>(base);
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) result *= factor;
        factor *= factor;
    }
    return static_cast<int64_t>(result);
}

template <typename T>
T number(Binary op, T a, T b) {
    switch (op) {
        case Binary::kMaximum:
            return a != a ? a : a > b ? a : b;
        case Binary::kMinimum:
            return a != a ? a : a < b ? a : b;
        case Binary::kPower:
            return power(a, b);
        default:
            throw Error("this function does not exist for integers");
    }
}

template <>
int64_t number<int64_t>(Binary op, int64_t a, int64_t b) {
    auto ua = static_cast<uint64_t>(a);
    auto ub = static_cast<uint64_t>(b);
    switch (op) {
        case Binary::kAdd:
            return static_cast<int64_t>(ua + ub);
        case Binary::kSubtract:
            return static_cast<int64_t>(ua - ub);
        case Binary::kMultiply:
            return static_cast<int64_t>(ua * ub);
        case Binary::kMaximum:
            return a > b ? a : b;
        case Binary::kMinimum:
            return a < b ? a : b;
        default:
            return power(a, b);
    }
}

template <typename T>
bool truth(Binary op, T a, T b) {
    switch (op) {
        case Binary::kLess:
            return a < b;
        case Binary::kLessEqual:
            return a <= b;
        case Binary::kGreater:
            return a > b;
        case Binary::kGreaterEqual:
            return a >= b;
        case Binary::kEqual:
            return a == b;
        case Binary::kNotEqual:
            return a != b;
        case Binary::kLogicalAnd:
            return a != 0 && b != 0;
        default:
            return a != 0 || b != 0;
    }
}

template <typename T>
void oneByOne(Binary op, const T* a, int64_t aStep, const T* b, int64_t bStep, char* out, int64_t n) {
    if (givesTruth(op)) {
        for (int64_t i = 0; i < n; i++) out[i] = truth(op, a[i * aStep], b[i * bStep]);
        return;
    }
    auto* numbers = reinterpret_cast<T*>(out);
    for (int64_t i = 0; i < n; i++) numbers[i] = number(op, a[i * aStep], b[i * bStep]);
}

template <typename T>
void applyRow(Binary op, const T* a, int64_t aStep, const T* b, int64_t bStep, char* out, int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
        int kernel = kernelOf(op);
        if (kernel >= 0) {
            kernels().binary(kernel, a, aStep, b, bStep, reinterpret_cast<float*>(out), n);
            return;
        }
    }
    oneByOne(op, a, aStep, b, bStep, out, n);
}

template <typename T>
void apply(Binary op, const Array& a, const Array& b, Array& out) {
    int64_t width = byteSize(out.dtype);
    bool alikeA = a.size == out.size || a.size == 1;
    bool alikeB = b.size == out.size || b.size == 1;
    if (alikeA && alikeB) {
        int64_t aStep = a.size == out.size ? 1 : 0;
        int64_t bStep = b.size == out.size ? 1 : 0;
        parallelFor(out.size, kGrain, [&](int64_t from, int64_t to) {
            applyRow(op, a.as<T>() + from * aStep, aStep, b.as<T>() + from * bStep, bStep, out.data + from * width,
                     to - from);
        });
        return;
    }
    Strides strides[2] = {Strides(a.shape, out.shape), Strides(b.shape, out.shape)};
    int last = out.shape.rank - 1;
    int64_t n = out.shape.back();
    parallelFor(out.size / n, 1 + kGrain / n, [&](int64_t from, int64_t to) {
        forRows(out.shape, strides, from, to, [&](int64_t row, const int64_t* at) {
            applyRow(op, a.as<T>() + at[0], strides[0].of[last], b.as<T>() + at[1], strides[1].of[last],
                     out.data + row * n * width, n);
        });
    });
}

}  // namespace

ArrayRef binary(Binary op, const ArrayRef& a, const ArrayRef& b) {
    Shape shape = broadcast(a->shape, b->shape);
    Dtype common = promote(a->dtype, b->dtype);
    bool inFloats = isFloat(common) || op == Binary::kDivide || op == Binary::kSwiglu;
    Dtype result = givesTruth(op) ? Dtype::kBool : inFloats && !isFloat(common) ? Dtype::kF32 : common;
    Dtype computed = givesTruth(op) ? Dtype::kBool : inFloats ? Dtype::kF32 : Dtype::kI64;
    ArrayRef out = allocate(computed, shape);
    if (out->size == 0) return cast(out, result);
    if (inFloats) {
        apply<float>(op, *toFloat(a), *toFloat(b), *out);
    } else {
        apply<int64_t>(op, *cast(a, Dtype::kI64), *cast(b, Dtype::kI64), *out);
    }
    return cast(out, result);
}

ArrayRef binaryScalar(Binary op, const ArrayRef& a, double b) {
    bool whole = std::isfinite(b) && b == std::floor(b);
    Dtype dtype = isFloat(a->dtype) || whole ? a->dtype : Dtype::kF32;
    if (dtype == Dtype::kBool) dtype = Dtype::kI32;
    return binary(op, a, full(dtype, Shape(), b));
}

ArrayRef where(const ArrayRef& condition, const ArrayRef& a, const ArrayRef& b) {
    Shape shape = broadcast(broadcast(condition->shape, a->shape), b->shape);
    Dtype dtype = promote(a->dtype, b->dtype);
    ArrayRef chosen = broadcastTo(astype(condition, Dtype::kBool), shape);
    ArrayRef yes = broadcastTo(cast(a, dtype), shape);
    ArrayRef no = broadcastTo(cast(b, dtype), shape);
    ArrayRef out = allocate(dtype, shape);
    int64_t width = byteSize(dtype);
    for (int64_t i = 0; i < out->size; i++) {
        const ArrayRef& from = chosen->as<uint8_t>()[i] ? yes : no;
        std::memcpy(out->data + i * width, from->data + i * width, static_cast<size_t>(width));
    }
    return out;
}

}  // namespace backend
}  // namespace mlxm
