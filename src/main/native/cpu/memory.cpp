#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "../handles.h"

namespace mlxm {
namespace cpu {

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kSmallest = 128;
constexpr int kCoarseClasses = 4 * 48;
constexpr int kClasses = kCoarseClasses + 16 * 48;
constexpr size_t kHugePage = size_t{2} << 20;
/// Kept for reuse at most; a prefill of a large model works within it.
constexpr int64_t kCacheLimit = int64_t{512} << 20;

/// Four classes per power of two, at most a quarter of a block is wasted; of blocks that stay, sixteen.
int classOf(size_t bytes, Stay stay) {
    if (bytes <= kSmallest) return 0;
    int log = 63 - __builtin_clzll(static_cast<unsigned long long>(bytes - 1));
    int fine = stay == Stay::kLong ? 4 : 2;
    size_t step = (bytes - 1 - (size_t{1} << log)) >> (log - fine);
    int first = stay == Stay::kLong ? kCoarseClasses : 1;
    return first + ((log - 7) << fine) + static_cast<int>(step);
}

size_t sizeOfClass(int index) {
    if (index == 0) return kSmallest;
    int fine = index >= kCoarseClasses ? 4 : 2;
    int at = index - (index >= kCoarseClasses ? kCoarseClasses : 1);
    int log = (at >> fine) + 7;
    return (size_t{1} << log) + (static_cast<size_t>(at % (1 << fine) + 1) << (log - fine));
}

int64_t machineMemory() {
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? static_cast<int64_t>(pages) * page : int64_t{1} << 40;
}

int64_t defaultLimit() {
    return machineMemory() / 10 * 9;
}

void* systemBlock(size_t bytes) {
    void* block = nullptr;
    bool large = bytes >= kHugePage;
    if (posix_memalign(&block, large ? kHugePage : kAlignment, bytes) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
    if (large) madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
}

struct Pools {
    SpinLock lock;
    std::vector<void*> free[kClasses];
    int64_t active = 0;
    int64_t peak = 0;
    int64_t cached = 0;
    int64_t mapped = 0;
    int64_t limit = defaultLimit();
};

/// Never destroyed: arrays may be freed while the process is going down.
Pools& pools() {
    static Pools* instance = new Pools();
    return *instance;
}

}  // namespace

size_t blockSize(size_t bytes) {
    return sizeOfClass(classOf(bytes, Stay::kShort));
}

void* takeBlock(size_t bytes, Stay stay) {
    Pools& p = pools();
    if (bytes > static_cast<size_t>(int64_t{1} << 50)) throw Error(std::to_string(bytes) + " bytes are not to be had");
    int index = classOf(bytes, stay);
    size_t rounded = sizeOfClass(index);
    {
        std::lock_guard<SpinLock> guard(p.lock);
        if (p.active + static_cast<int64_t>(rounded) > p.limit) {
            throw Error(std::to_string(bytes) + " more bytes would exceed the memory limit of " +
                        std::to_string(p.limit) + " (" + std::to_string(p.active) + " in use)");
        }
        p.active += static_cast<int64_t>(rounded);
        if (p.active > p.peak) p.peak = p.active;
        if (!p.free[index].empty()) {
            void* block = p.free[index].back();
            p.free[index].pop_back();
            p.cached -= static_cast<int64_t>(rounded);
            return block;
        }
    }
    void* block = systemBlock(rounded);
    if (block == nullptr) {
        clearCache();
        block = systemBlock(rounded);
    }
    if (block == nullptr) {
        std::lock_guard<SpinLock> guard(p.lock);
        p.active -= static_cast<int64_t>(rounded);
        throw std::bad_alloc();
    }
    return block;
}

void giveBlock(void* block, size_t bytes, Stay stay) noexcept {
    Pools& p = pools();
    int index = classOf(bytes, stay);
    auto rounded = static_cast<int64_t>(sizeOfClass(index));
    {
        std::lock_guard<SpinLock> guard(p.lock);
        p.active -= rounded;
        if (p.cached + rounded <= kCacheLimit) {
            try {
                p.free[index].push_back(block);
                p.cached += rounded;
                return;
            } catch (const std::bad_alloc&) {
                // no room to remember it: give it back to the system
            }
        }
    }
    std::free(block);
}

void countMapped(int64_t bytes) noexcept {
    Pools& p = pools();
    std::lock_guard<SpinLock> guard(p.lock);
    p.mapped += bytes;
}

MemoryFigures memoryFigures() {
    Pools& p = pools();
    std::lock_guard<SpinLock> guard(p.lock);
    return {p.active + p.mapped, p.peak, p.cached, p.limit};
}

void setMemoryLimit(int64_t bytes) {
    Pools& p = pools();
    std::lock_guard<SpinLock> guard(p.lock);
    p.limit = bytes == 0 ? defaultLimit() : bytes;
}

void resetPeak() {
    Pools& p = pools();
    std::lock_guard<SpinLock> guard(p.lock);
    p.peak = p.active;
}

void clearCache() {
    Pools& p = pools();
    for (int i = 0; i < kClasses; i++) {
        std::vector<void*> blocks;
        {
            std::lock_guard<SpinLock> guard(p.lock);
            blocks.swap(p.free[i]);
            p.cached -= static_cast<int64_t>(sizeOfClass(i) * blocks.size());
        }
        for (void* block : blocks) std::free(block);
    }
}

}  // namespace cpu
}  // namespace mlxm
