// Making arrays, reading them, and the checks that MLX leaves to its caller.
#include "arrays.h"

#include <mlx/allocator.h>
#include <mlx/device.h>
#include <mlx/memory.h>
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <cstring>
#include <limits>
#include <new>

namespace mlxm {

namespace bridge {

namespace {

/// MLX's kernels count elements in 32 bits in places.
constexpr int64_t kMaxComputed = std::numeric_limits<int32_t>::max();

Dtype fromMlx(mx::Dtype dtype) {
    switch (dtype.val()) {
        case mx::Dtype::Val::bool_:
            return Dtype::kBool;
        case mx::Dtype::Val::uint8:
            return Dtype::kU8;
        case mx::Dtype::Val::uint16:
            return Dtype::kU16;
        case mx::Dtype::Val::uint32:
            return Dtype::kU32;
        case mx::Dtype::Val::uint64:
            return Dtype::kU64;
        case mx::Dtype::Val::int8:
            return Dtype::kI8;
        case mx::Dtype::Val::int16:
            return Dtype::kI16;
        case mx::Dtype::Val::int32:
            return Dtype::kI32;
        case mx::Dtype::Val::int64:
            return Dtype::kI64;
        case mx::Dtype::Val::float16:
            return Dtype::kF16;
        case mx::Dtype::Val::bfloat16:
            return Dtype::kBF16;
        case mx::Dtype::Val::float32:
            return Dtype::kF32;
        default:
            throw Error("the result is of a dtype that is not supported");
    }
}

Shape fromMlx(const mx::Shape& shape) {
    Shape out;
    for (int32_t length : shape) out.push(length);
    return out;
}

/// Empty results are made at once: some kernels divide by the length of an axis.
ArrayRef make(mx::array value, Dtype dtype, const Shape& shape, int64_t size, int64_t below) {
    if (size == 0) value = mx::array(static_cast<const float*>(nullptr), value.shape(), value.dtype());
    return ArrayRef::adopt(new Array(std::move(value), dtype, shape, below));
}

/// The number modulo what the type holds.
mx::array integerScalar(double value, Dtype dtype) {
    constexpr double kTwo63 = 9223372036854775808.0;
    if (!(value >= -kTwo63 && value < 2 * kTwo63)) {
        throw Error("the number " + std::to_string(value) + " does not fit " + name(dtype));
    }
    if (value >= kTwo63) return mx::array(static_cast<uint64_t>(value), toMlx(dtype));
    return mx::array(static_cast<int64_t>(value), toMlx(dtype));
}

[[noreturn]] void indexOutside(int64_t index, size_t position, int64_t length) {
    throw Error("index " + std::to_string(index) + " at position " + std::to_string(position) + " is outside [0, " +
                std::to_string(length) + ")");
}

}  // namespace

mx::Dtype toMlx(Dtype dtype) {
    switch (dtype) {
        case Dtype::kBool:
            return mx::bool_;
        case Dtype::kU8:
            return mx::uint8;
        case Dtype::kU16:
            return mx::uint16;
        case Dtype::kU32:
            return mx::uint32;
        case Dtype::kU64:
            return mx::uint64;
        case Dtype::kI8:
            return mx::int8;
        case Dtype::kI16:
            return mx::int16;
        case Dtype::kI32:
            return mx::int32;
        case Dtype::kI64:
            return mx::int64;
        case Dtype::kF16:
            return mx::float16;
        case Dtype::kBF16:
            return mx::bfloat16;
        case Dtype::kF32:
            return mx::float32;
    }
    throw Error("unknown dtype");
}

mx::Shape toMlx(const Shape& shape) {
    return mx::Shape(shape.dims, shape.dims + shape.rank);
}

ArrayRef computed(mx::array value, int64_t below) {
    Shape shape = fromMlx(value.shape());
    Dtype dtype = fromMlx(value.dtype());
    int64_t size = shape.size();
    if (size > kMaxComputed) throw Error("too many elements in the result " + shape.str());
    requireRoom(checkedBytes(shape, dtype));
    return make(std::move(value), dtype, shape, size, below);
}

ArrayRef view(mx::array value, int64_t below) {
    Shape shape = fromMlx(value.shape());
    Dtype dtype = fromMlx(value.dtype());
    int64_t size = shape.size();
    return make(std::move(value), dtype, shape, size, below);
}

bool onGpu() {
    return mx::default_device() == mx::Device::gpu;
}

mx::array scalar(double value, Dtype dtype) {
    if (dtype == Dtype::kBool) return mx::array(value != 0, mx::bool_);
    if (isFloat(dtype)) return mx::array(static_cast<float>(value), toMlx(dtype));
    return integerScalar(value, dtype);
}

mx::array wide(const mx::array& x) {
    bool half = x.dtype() == mx::float16 || x.dtype() == mx::bfloat16;
    return half && !onGpu() ? mx::astype(x, mx::float32) : x;
}

ArrayRef narrowed(const mx::array& value, Dtype dtype) {
    return computed(mx::astype(value, toMlx(dtype)));
}

std::vector<int64_t> hostIntegers(const ArrayRef& x) {
    HostView view = backend::hostView(x, Dtype::kI64);
    auto* first = static_cast<const int64_t*>(view.data);
    return std::vector<int64_t>(first, first + x->shape.size());
}

void requireIndices(const ArrayRef& indices, int64_t length) {
    if (isFloat(indices->dtype) || indices->dtype == Dtype::kBool) {
        throw Error(std::string("indices must be integers, not ") + name(indices->dtype));
    }
    if (indices->below > 0 && indices->below <= length) return;
    std::vector<int64_t> found = hostIntegers(indices);
    for (size_t i = 0; i < found.size(); i++) {
        if (found[i] < 0 || found[i] >= length) indexOutside(found[i], i, length);
    }
}

void requireIndices(const std::vector<int32_t>& indices, int64_t length) {
    for (size_t i = 0; i < indices.size(); i++) {
        if (indices[i] < 0 || indices[i] >= length) indexOutside(indices[i], i, length);
    }
}

void requireFloat(const ArrayRef& x, const char* what) {
    if (!isFloat(x->dtype)) throw Error(std::string(what) + " must be of a floating type, not " + name(x->dtype));
}

}  // namespace bridge

void retain(Array* array) noexcept {
    array->refs.fetch_add(1, std::memory_order_relaxed);
}

void release(Array* array) noexcept {
    if (array->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete array;
}

namespace backend {

Shape shapeOf(const Array& x) {
    return x.shape;
}

Dtype dtypeOf(const Array& x) {
    return x.dtype;
}

ArrayRef fromHost(Dtype dtype, const Shape& shape, const void* bytes) {
    auto count = static_cast<size_t>(checkedBytes(shape, dtype));
    bridge::requireRoom(static_cast<int64_t>(count));
    mx::allocator::Buffer buffer = mx::allocator::malloc(count);
    auto* to = static_cast<uint8_t*>(buffer.raw_ptr());
    if (count > 0 && to == nullptr) throw std::bad_alloc();
    if (dtype == Dtype::kBool) {
        auto* from = static_cast<const uint8_t*>(bytes);
        for (size_t i = 0; i < count; i++) to[i] = from[i] != 0;
    } else if (count > 0) {
        std::memcpy(to, bytes, count);
    }
    return bridge::view(mx::array(buffer, bridge::toMlx(shape), bridge::toMlx(dtype)));
}

ArrayRef full(Dtype dtype, const Shape& shape, double value) {
    bridge::requireRoom(checkedBytes(shape, dtype));
    return bridge::computed(mx::full(bridge::toMlx(shape), bridge::scalar(value, dtype)));
}

HostView hostView(const ArrayRef& x, Dtype dtype) {
    if (x->shape.size() == 0) return {x, ""};
    bridge::requireRoom(checkedBytes(x->shape, dtype));
    mx::array host = mx::contiguous(mx::astype(x->value, bridge::toMlx(dtype)));
    mx::eval(std::vector<mx::array>{host});
    return {bridge::view(host), host.data<void>()};
}

void eval(const std::vector<ArrayRef>& arrays, bool wait) {
    std::vector<mx::array> values;
    values.reserve(arrays.size());
    for (const ArrayRef& array : arrays) values.push_back(array->value);
    if (wait) {
        mx::eval(std::move(values));
    } else {
        mx::async_eval(std::move(values));
    }
}

}  // namespace backend
}  // namespace mlxm
