// Handles that Java holds in place of pointers: generation << 32 | slot. A slot's generation moves on when it is freed, so
// a handle used after that is an exception, not a crash. Zero is never a handle.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "shape.h"

namespace mlxm {

/// Held for a few instructions at a time; a waiter spins, and yields when the holder seems to have lost its core.
class SpinLock {
 public:
    void lock() {
        for (int spins = 0; flag_.test_and_set(std::memory_order_acquire); spins++) {
            if (spins > 100) std::this_thread::yield();
        }
    }
    void unlock() { flag_.clear(std::memory_order_release); }

 private:
    std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

/// A table of values of type Ref (a counted reference). Safe on any thread.
template <typename Ref>
class HandleTable {
 public:
    explicit HandleTable(const char* what) : what_(what) {}

    int64_t add(Ref value) {
        std::lock_guard<SpinLock> guard(lock_);
        uint32_t slot;
        if (free_.empty()) {
            slot = static_cast<uint32_t>(slots_.size());
            slots_.emplace_back();
            free_.reserve(slots_.capacity());  // so that remove() cannot run out of memory
        } else {
            slot = free_.back();
            free_.pop_back();
        }
        slots_[slot].value = std::move(value);
        return static_cast<int64_t>(slots_[slot].generation) << 32 | slot;
    }

    Ref get(int64_t handle) {
        std::lock_guard<SpinLock> guard(lock_);
        return find(handle).value;
    }

    /// Gives the value back to the caller, to be destroyed outside the lock.
    Ref remove(int64_t handle) {
        std::lock_guard<SpinLock> guard(lock_);
        Slot& slot = find(handle);
        Ref value = std::move(slot.value);
        slot.value = Ref();
        slot.generation = slot.generation == kLastGeneration ? 1 : slot.generation + 1;
        free_.push_back(static_cast<uint32_t>(handle));
        return value;
    }

 private:
    static constexpr uint32_t kLastGeneration = 0x7fffffff;  // handles stay positive

    struct Slot {
        Ref value;
        uint32_t generation = 1;
    };

    Slot& find(int64_t handle) {
        uint64_t slot = static_cast<uint32_t>(handle);
        if (slot >= slots_.size() || slots_[slot].generation != static_cast<uint32_t>(handle >> 32) ||
            !slots_[slot].value) {
            throw Error(std::string(what_) + " was closed or never existed (handle " + std::to_string(handle) + ")");
        }
        return slots_[slot];
    }

    const char* what_;
    SpinLock lock_;
    std::vector<Slot> slots_;
    std::vector<uint32_t> free_;
};

}  // namespace mlxm
