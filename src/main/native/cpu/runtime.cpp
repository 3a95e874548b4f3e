// What the back end says of itself, its switches, and arrays in and out of host memory.
#include <cmath>
#include <cstring>
#include <limits>

#include "common.h"
#include "memory.h"
#include "qmm.h"

namespace mlxm {
namespace backend {

using namespace cpu;

std::string backendName() {
    return "cpu";
}

std::string version() {
    return "1";
}

std::string deviceName() {
    return processorName();
}

std::string isaName() {
    return kernels().isa;
}

void setIsa(const std::string& name) {
    chooseIsa(name);
}

int threads() {
    return threadCount();
}

void setThreads(int count) {
    if (count < 0) throw Error("threads must not be " + std::to_string(count));
    setThreadCount(count);
}

bool exact() {
    return exactProducts();
}

void setExact(bool exact) {
    setExactProducts(exact);
}

MemoryFigures memory() {
    return memoryFigures();
}

void setMemoryLimit(int64_t bytes) {
    if (bytes < 0) throw Error("the memory limit must not be " + std::to_string(bytes));
    cpu::setMemoryLimit(bytes);
}

void resetPeak() {
    cpu::resetPeak();
}

void clearCache() {
    cpu::clearCache();
}

Shape shapeOf(const Array& x) {
    return x.shape;
}

Dtype dtypeOf(const Array& x) {
    return x.dtype;
}

ArrayRef fromHost(Dtype dtype, const Shape& shape, const void* bytes) {
    ArrayRef out = allocate(dtype, shape);
    if (out->size > 0) std::memcpy(out->data, bytes, static_cast<size_t>(out->bytes()));
    return out;
}

namespace {

template <typename T>
void fill(Array& out, T value) {
    T* p = out.out<T>();
    parallelFor(out.size, kGrain, [&](int64_t from, int64_t to) {
        for (int64_t i = from; i < to; i++) p[i] = value;
    });
}

int64_t wholeNumber(double value) {
    if (!(value >= -9.3e18 && value <= 1.9e19)) throw Error("a number of this type cannot be " + std::to_string(value));
    return value >= 9.2e18 ? static_cast<int64_t>(static_cast<uint64_t>(value)) : static_cast<int64_t>(value);
}

}  // namespace

ArrayRef full(Dtype dtype, const Shape& shape, double value) {
    ArrayRef out = allocate(dtype, shape);
    if (isFloat(dtype)) {
        if (dtype == Dtype::kF32) {
            fill(*out, static_cast<float>(value));
        } else {
            float single = static_cast<float>(value);
            uint16_t half;
            kernels().fromF32(elementOf(dtype), &single, &half, 1);
            fill(*out, half);
        }
        return out;
    }
    if (dtype == Dtype::kBool) {
        fill(*out, static_cast<uint8_t>(value != 0));
        return out;
    }
    int64_t whole = wholeNumber(value);
    switch (byteSize(dtype)) {
        case 1:
            fill(*out, static_cast<uint8_t>(whole));
            break;
        case 2:
            fill(*out, static_cast<uint16_t>(whole));
            break;
        case 4:
            fill(*out, static_cast<uint32_t>(whole));
            break;
        default:
            fill(*out, static_cast<uint64_t>(whole));
    }
    return out;
}

HostView hostView(const ArrayRef& x, Dtype dtype) {
    ArrayRef converted = cast(x, dtype);
    return {converted, converted->data};
}

void eval(const std::vector<ArrayRef>&, bool) {}

namespace {

template <typename Body>
auto withInteger(Dtype dtype, Body&& body) {
    switch (dtype) {
        case Dtype::kBool:
        case Dtype::kU8:
            return body(uint8_t{});
        case Dtype::kU16:
            return body(uint16_t{});
        case Dtype::kU32:
            return body(uint32_t{});
        case Dtype::kU64:
            return body(uint64_t{});
        case Dtype::kI8:
            return body(int8_t{});
        case Dtype::kI16:
            return body(int16_t{});
        case Dtype::kI32:
            return body(int32_t{});
        default:
            return body(int64_t{});
    }
}

/// Conversion of a float that the integer type cannot hold is undefined in C++; here it takes the nearest that it can.
template <typename T>
T fromFloat(float value) {
    if (value != value) return 0;
    double wide = value;
    if (wide <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
    if (wide >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
    return static_cast<T>(wide);
}

void floatsToIntegers(const Array& x, Array& out) {
    withInteger(out.dtype, [&](auto type) {
        using T = decltype(type);
        bool truth = out.dtype == Dtype::kBool;
        for (int64_t i = 0; i < x.size; i++) {
            float value = x.as<float>()[i];
            out.out<T>()[i] = truth ? static_cast<T>(value != 0) : fromFloat<T>(value);
        }
    });
}

void integersToIntegers(const Array& x, Array& out) {
    withInteger(x.dtype, [&](auto fromType) {
        using From = decltype(fromType);
        withInteger(out.dtype, [&](auto toType) {
            using To = decltype(toType);
            bool truth = out.dtype == Dtype::kBool;
            for (int64_t i = 0; i < x.size; i++) {
                From value = x.as<From>()[i];
                out.out<To>()[i] = truth ? static_cast<To>(value != 0) : static_cast<To>(value);
            }
        });
    });
}

void integersToFloats(const Array& x, Array& out) {
    withInteger(x.dtype, [&](auto type) {
        using T = decltype(type);
        for (int64_t i = 0; i < x.size; i++) out.out<float>()[i] = static_cast<float>(x.as<T>()[i]);
    });
}

}  // namespace

ArrayRef astype(const ArrayRef& x, Dtype dtype) {
    if (x->dtype == dtype) return x;
    if (isFloat(dtype) && isHalf(dtype)) {
        ArrayRef wide = astype(x, Dtype::kF32);
        ArrayRef out = allocate(dtype, x->shape);
        parallelFor(x->size, kGrain, [&](int64_t from, int64_t to) {
            kernels().fromF32(elementOf(dtype), wide->as<float>() + from, out->out<uint16_t>() + from, to - from);
        });
        return out;
    }
    if (isHalf(x->dtype)) {
        ArrayRef wide = allocate(Dtype::kF32, x->shape);
        parallelFor(x->size, kGrain, [&](int64_t from, int64_t to) {
            kernels().toF32(elementOf(x->dtype), x->as<uint16_t>() + from, wide->out<float>() + from, to - from);
        });
        return astype(wide, dtype);
    }
    ArrayRef out = allocate(dtype, x->shape);
    if (x->dtype == Dtype::kF32) {
        floatsToIntegers(*x, *out);
    } else if (dtype == Dtype::kF32) {
        integersToFloats(*x, *out);
    } else {
        integersToIntegers(*x, *out);
    }
    return out;
}

}  // namespace backend
}  // namespace mlxm
