// Operations element by element. The functions that take several steps are computed in float32 where MLX would round in
// between (see bridge::wide).
#include <mlx/ops.h>

#include <cmath>

#include "arrays.h"

namespace mlxm::backend {

namespace {

mx::array like(float value, const mx::array& x) {
    return mx::array(value, x.dtype());
}

mx::array silu(const mx::array& x) {
    return mx::multiply(x, mx::sigmoid(x));
}

/// x * (1 + inner) / 2.
mx::array halfGate(const mx::array& x, const mx::array& inner) {
    return mx::multiply(mx::multiply(x, mx::add(inner, like(1.0f, x))), like(0.5f, x));
}

mx::array geluErf(const mx::array& x) {
    return halfGate(x, mx::erf(mx::multiply(x, like(0.70710678f, x))));
}

mx::array geluTanh(const mx::array& x) {
    mx::array cubed = mx::multiply(mx::multiply(mx::multiply(x, x), x), like(0.044715f, x));
    return halfGate(x, mx::tanh(mx::multiply(mx::add(x, cubed), like(0.79788456f, x))));
}

mx::array geluFast(const mx::array& x) {
    return mx::multiply(x, mx::sigmoid(mx::multiply(x, like(1.702f, x))));
}

/// The dtype of functions that have no integer form.
Dtype floating(Dtype dtype) {
    return isFloat(dtype) ? dtype : Dtype::kF32;
}

ArrayRef stepwise(mx::array (*function)(const mx::array&), const ArrayRef& x) {
    Dtype dtype = floating(x->dtype);
    return bridge::narrowed(function(bridge::wide(mx::astype(x->value, bridge::toMlx(dtype)))), dtype);
}

ArrayRef swiglu(const ArrayRef& gate, const ArrayRef& up) {
    Dtype dtype = floating(promote(gate->dtype, up->dtype));
    auto input = [&](const ArrayRef& x) { return bridge::wide(mx::astype(x->value, bridge::toMlx(dtype))); };
    return bridge::narrowed(mx::multiply(silu(input(gate)), input(up)), dtype);
}

mx::array combined(Binary op, const mx::array& a, const mx::array& b) {
    switch (op) {
        case Binary::kAdd:
            return mx::add(a, b);
        case Binary::kSubtract:
            return mx::subtract(a, b);
        case Binary::kMultiply:
            return mx::multiply(a, b);
        case Binary::kDivide:
            return mx::divide(a, b);
        case Binary::kMaximum:
            return mx::maximum(a, b);
        case Binary::kMinimum:
            return mx::minimum(a, b);
        case Binary::kPower:
            return mx::power(a, b);
        case Binary::kLess:
            return mx::less(a, b);
        case Binary::kLessEqual:
            return mx::less_equal(a, b);
        case Binary::kGreater:
            return mx::greater(a, b);
        case Binary::kGreaterEqual:
            return mx::greater_equal(a, b);
        case Binary::kEqual:
            return mx::equal(a, b);
        case Binary::kNotEqual:
            return mx::not_equal(a, b);
        case Binary::kLogicalAnd:
            return mx::logical_and(a, b);
        case Binary::kLogicalOr:
            return mx::logical_or(a, b);
        case Binary::kSwiglu:
            break;
    }
    throw Error("this operation takes two arrays");
}

}  // namespace

ArrayRef unary(Unary op, const ArrayRef& x) {
    switch (op) {
        case Unary::kNegative:
            return bridge::computed(mx::negative(x->value));
        case Unary::kAbs:
            return bridge::computed(mx::abs(x->value));
        case Unary::kExp:
            return bridge::computed(mx::exp(x->value));
        case Unary::kLog:
            return bridge::computed(mx::log(x->value));
        case Unary::kSqrt:
            return bridge::computed(mx::sqrt(x->value));
        case Unary::kRsqrt:
            return bridge::computed(mx::rsqrt(x->value));
        case Unary::kSquare:
            return bridge::computed(mx::square(x->value));
        case Unary::kSin:
            return bridge::computed(mx::sin(x->value));
        case Unary::kCos:
            return bridge::computed(mx::cos(x->value));
        case Unary::kTanh:
            return bridge::computed(mx::tanh(x->value));
        case Unary::kErf:
            return bridge::computed(mx::erf(x->value));
        case Unary::kSigmoid:
            return bridge::computed(mx::sigmoid(x->value));
        case Unary::kSilu:
            return stepwise(silu, x);
        case Unary::kGeluErf:
            return stepwise(geluErf, x);
        case Unary::kGeluTanh:
            return stepwise(geluTanh, x);
        case Unary::kGeluFast:
            return stepwise(geluFast, x);
        case Unary::kFloor:
            return bridge::computed(mx::floor(x->value));
        case Unary::kLogicalNot:
            return bridge::computed(mx::logical_not(x->value));
    }
    throw Error("unknown operation");
}

ArrayRef binary(Binary op, const ArrayRef& a, const ArrayRef& b) {
    checkedBytes(broadcast(a->shape, b->shape), Dtype::kF32);
    if (op == Binary::kSwiglu) return swiglu(a, b);
    return bridge::computed(combined(op, a->value, b->value));
}

ArrayRef binaryScalar(Binary op, const ArrayRef& a, double b) {
    bool whole = std::isfinite(b) && b == std::floor(b);
    Dtype dtype = isFloat(a->dtype) || whole ? a->dtype : Dtype::kF32;
    if (dtype == Dtype::kBool) dtype = Dtype::kI32;
    mx::array number = bridge::scalar(b, dtype);
    return op == Binary::kSwiglu ? swiglu(a, bridge::view(number)) : bridge::computed(combined(op, a->value, number));
}

ArrayRef where(const ArrayRef& condition, const ArrayRef& a, const ArrayRef& b) {
    checkedBytes(broadcast(condition->shape, broadcast(a->shape, b->shape)), Dtype::kF32);
    return bridge::computed(mx::where(condition->value, a->value, b->value));
}

}  // namespace mlxm::backend
