// Arrays of the cpu back end: always contiguous, row-major and immutable once made, so that reshapes and leading slices
// are new names for the same memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "../backend.h"

namespace mlxm {

namespace cpu {

/// Memory that arrays look into and do not own.
class Keeper {
 public:
    virtual ~Keeper() = default;
    /// These bytes will hardly be read again.
    virtual void release(const char* data, int64_t bytes) const noexcept = 0;
};

/// Memory shared by arrays: a block of the allocator, or a part of something that `keeper` keeps alive.
struct Buffer {
    std::atomic<int32_t> refs{1};
    void* data = nullptr;
    size_t bytes = 0;
    std::shared_ptr<const Keeper> keeper;
};

struct Prepared;

}  // namespace cpu

class Array {
 public:
    std::atomic<int32_t> refs{1};
    Dtype dtype = Dtype::kF32;
    Shape shape;
    int64_t size = 0;
    char* data = nullptr;
    cpu::Buffer* buffer = nullptr;
    /// The form of this array that products have asked for (eight-bit activations, interleaved weights), made once.
    std::atomic<cpu::Prepared*> prepared{nullptr};

    template <typename T>
    const T* as() const {
        return reinterpret_cast<const T*>(data);
    }

    /// For the operation that is filling a new array.
    template <typename T>
    T* out() {
        return reinterpret_cast<T*>(data);
    }

    int64_t bytes() const { return size * byteSize(dtype); }
};

namespace cpu {

/// A new array with undefined elements; throws Error when it would go beyond the memory limit.
ArrayRef allocate(Dtype dtype, const Shape& shape);

/// Another shape (of the same size) or dtype (of the same width) over memory of `x`, from `offset` bytes on.
ArrayRef view(const ArrayRef& x, Dtype dtype, const Shape& shape, int64_t offset = 0);

/// An array over memory that `keeper` keeps alive.
ArrayRef borrow(Dtype dtype, const Shape& shape, const void* data, std::shared_ptr<const Keeper> keeper);

/// The memory of `x` will hardly be read again: where it belongs to a mapped file, its pages are given back.
void releasePages(const ArrayRef& x);

/// `x` itself if it has that dtype, else a converted copy.
ArrayRef cast(const ArrayRef& x, Dtype dtype);

}  // namespace cpu
}  // namespace mlxm
