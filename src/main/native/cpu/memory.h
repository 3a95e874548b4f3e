// Memory of arrays: aligned blocks kept in free lists by size class, so that a decode step asks the system for nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../backend.h"

namespace mlxm {
namespace cpu {

/// How long a block is held: one for an operation may be larger than need be, so that the next operation finds it.
enum class Stay { kShort, kLong };

/// A block of at least `bytes`, aligned to 64. Counted; throws Error beyond the limit, std::bad_alloc if there is none.
void* takeBlock(size_t bytes, Stay stay = Stay::kShort);

/// Gives a block back; `bytes` and `stay` are what was asked for.
void giveBlock(void* block, size_t bytes, Stay stay = Stay::kShort) noexcept;

/// What takeBlock really reserves for `bytes` for short.
size_t blockSize(size_t bytes);

/// Bytes of mapped files that are in use beside the blocks, more or (negative) fewer.
void countMapped(int64_t bytes) noexcept;

/// Blocks and mapped files; the limit and the peak are those of the blocks.
MemoryFigures memoryFigures();
void setMemoryLimit(int64_t bytes);
void resetPeak();
void clearCache();

/// A block that frees itself; for the life of an operation or of a store.
class Block {
 public:
    Block() = default;
    explicit Block(size_t bytes, Stay stay = Stay::kShort) : data_(takeBlock(bytes, stay)), bytes_(bytes), stay_(stay) {}
    Block(Block&& other) noexcept : data_(other.data_), bytes_(other.bytes_), stay_(other.stay_) {
        other.data_ = nullptr;
        other.bytes_ = 0;
    }
    Block& operator=(Block&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        std::swap(stay_, other.stay_);
        return *this;
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        if (data_ != nullptr) giveBlock(data_, bytes_, stay_);
    }

    template <typename T>
    T* as() const {
        return static_cast<T*>(data_);
    }
    size_t bytes() const { return bytes_; }

 private:
    void* data_ = nullptr;
    size_t bytes_ = 0;
    Stay stay_ = Stay::kShort;
};

}  // namespace cpu
}  // namespace mlxm
