#include "amx.h"

#include <algorithm>
#include <chrono>
#include <vector>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mlxm {
namespace cpu {

namespace {

#if defined(__x86_64__) && defined(__linux__)

constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM, which older headers lack
constexpr int kTileData = 18;

bool processorHasTiles() {
    constexpr unsigned kXsaveInUse = 1u << 27;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kXsaveInUse) == 0) return false;
    constexpr unsigned kTilesOfBytes = 3u << 24;  // AMX-TILE and AMX-INT8
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTilesOfBytes) != kTilesOfBytes) return false;
    unsigned low;
    unsigned high;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    constexpr unsigned kTileState = 3u << 17;
    return (low & kTileState) == kTileState;
}

bool askForTiles() {
    return processorHasTiles() && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

#else

bool askForTiles() {
    return false;
}

#endif

/// Four bits in groups of 64, the usual weights, with scales of sixteen bits: one panel of zeros.
constexpr int kTrialDepth = 1024;
constexpr int kTrialGroup = 64;
constexpr int64_t kTrialBytes = int64_t{kPanelRows} * kTrialDepth / kTrialGroup * (4 + kTrialGroup / 2);

class Trial {
 public:
    Trial()
        : weights_(kTrialBytes), code_(static_cast<size_t>(kMatrixRows) * kTrialDepth),
          scale_(static_cast<size_t>(kMatrixRows) * kTrialDepth / kTrialGroup),
          out_(static_cast<size_t>(kMatrixRows) * kPanelRows),
          rows_{weights_.data(), Element::kF16, kTrialBytes, kTrialDepth, kTrialGroup, 4, false} {}

    /// Sixteen rows in tiles of so many.
    int64_t nanoseconds(const Kernels& kernels, int rows) {
        const CodeTile tile{code_.data(), scale_.data(), scale_.data(), rows, kTrialGroup, rows == kMatrixRows};
        auto from = std::chrono::steady_clock::now();
        for (int done = 0; done < kMatrixRows; done += rows) {
            kernels.dotInterleaved(rows_, 0, tile, out_.data(), kPanelRows, kPanelRows);
        }
        auto to = std::chrono::steady_clock::now();
        return std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count();
    }

 private:
    std::vector<uint8_t> weights_;
    std::vector<int8_t> code_;
    std::vector<float> scale_;
    std::vector<float> out_;
    InterleavedRows rows_;
};

}  // namespace

bool tilesGranted() {
    static const bool granted = askForTiles();
    return granted;
}

bool matricesPay(const Kernels& matrices, const Kernels& plain) {
    // The best of many, in turns: whatever disturbs lengthens some of them, and the first ones find units asleep.
    constexpr int kTurns = 60;
    Trial trial;
    int64_t with = INT64_MAX;
    int64_t without = INT64_MAX;
    for (int turn = 0; turn < kTurns; turn++) {
        with = std::min(with, trial.nanoseconds(matrices, kMatrixRows));
        without = std::min(without, trial.nanoseconds(plain, kMatrixRows / 2));
    }
    return with < without * 9 / 10;
}

}  // namespace cpu
}  // namespace mlxm
