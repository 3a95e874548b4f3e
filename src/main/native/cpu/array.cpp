#include "array.h"

#include <cstring>
#include <mutex>
#include <new>
#include <vector>

#include "../handles.h"
#include "memory.h"
#include "qmm.h"

namespace mlxm {

namespace cpu {

namespace {

/// Array and Buffer objects come and go with every operation; they are recycled without asking the system.
template <typename T>
class Recycler {
 public:
    T* take() {
        {
            std::lock_guard<SpinLock> guard(lock_);
            if (!free_.empty()) {
                T* object = free_.back();
                free_.pop_back();
                return new (object) T();
            }
        }
        return new (::operator new(sizeof(T))) T();
    }

    void give(T* object) noexcept {
        object->~T();
        std::lock_guard<SpinLock> guard(lock_);
        if (free_.size() < kKept) {
            try {
                free_.push_back(object);
                return;
            } catch (const std::bad_alloc&) {
            }
        }
        ::operator delete(object);
    }

 private:
    static constexpr size_t kKept = 16384;
    SpinLock lock_;
    std::vector<T*> free_;
};

Recycler<Array>& arrayPool() {
    static auto* pool = new Recycler<Array>();
    return *pool;
}

Recycler<Buffer>& bufferPool() {
    static auto* pool = new Recycler<Buffer>();
    return *pool;
}

void releaseBuffer(Buffer* buffer) noexcept {
    if (buffer->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (buffer->bytes > 0) giveBlock(buffer->data, buffer->bytes);
    bufferPool().give(buffer);
}

ArrayRef wrap(Dtype dtype, const Shape& shape, char* data, Buffer* buffer) {
    Array* array = arrayPool().take();
    array->dtype = dtype;
    array->shape = shape;
    array->size = shape.size();
    array->data = data;
    array->buffer = buffer;
    return ArrayRef::adopt(array);
}

/// Frees the buffer if wrapping it fails.
struct BufferGuard {
    Buffer* buffer;
    ~BufferGuard() {
        if (buffer != nullptr) releaseBuffer(buffer);
    }
    Buffer* pass() { return std::exchange(buffer, nullptr); }
};

}  // namespace

ArrayRef allocate(Dtype dtype, const Shape& shape) {
    auto bytes = static_cast<size_t>(checkedBytes(shape, dtype));
    size_t asked = bytes == 0 ? 1 : bytes;
    BufferGuard guard{bufferPool().take()};
    guard.buffer->data = takeBlock(asked);
    guard.buffer->bytes = asked;
    ArrayRef array = wrap(dtype, shape, static_cast<char*>(guard.buffer->data), guard.buffer);
    guard.pass();
    return array;
}

ArrayRef view(const ArrayRef& x, Dtype dtype, const Shape& shape, int64_t offset) {
    x->buffer->refs.fetch_add(1, std::memory_order_relaxed);
    BufferGuard guard{x->buffer};
    ArrayRef array = wrap(dtype, shape, x->data + offset, x->buffer);
    guard.pass();
    return array;
}

ArrayRef borrow(Dtype dtype, const Shape& shape, const void* data, std::shared_ptr<const Keeper> keeper) {
    BufferGuard guard{bufferPool().take()};
    guard.buffer->data = const_cast<void*>(data);  // never written: arrays are immutable
    guard.buffer->keeper = std::move(keeper);
    ArrayRef array = wrap(dtype, shape, static_cast<char*>(guard.buffer->data), guard.buffer);
    guard.pass();
    return array;
}

void releasePages(const ArrayRef& x) {
    if (x->buffer->keeper) x->buffer->keeper->release(x->data, x->bytes());
}

ArrayRef cast(const ArrayRef& x, Dtype dtype) {
    return x->dtype == dtype ? x : backend::astype(x, dtype);
}

}  // namespace cpu

void retain(Array* array) noexcept {
    array->refs.fetch_add(1, std::memory_order_relaxed);
}

void release(Array* array) noexcept {
    if (array->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (cpu::Prepared* prepared = array->prepared.load(std::memory_order_acquire)) cpu::discard(prepared);
    cpu::releaseBuffer(array->buffer);
    cpu::arrayPool().give(array);
}

}  // namespace mlxm
