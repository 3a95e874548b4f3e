// Whether several threads are faster than one. Where somebody else wants their cores they are not: a thread that is interrupted
// in the middle of a chunk keeps the others waiting for as long as the system lets somebody else run. Nor are they where
// handing work over takes longer than doing it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mlxm {
namespace cpu {

/// Adds up what jobs took against what one thread alone would have needed, and says when it is better to be alone for a
/// while. Not safe for several threads. Times are nanoseconds of a clock that only goes forward.
class Balance {
 public:
    /// Time in jobs after which a sum is drawn.
    static constexpr int64_t kWindow = 10'000'000;
    static constexpr int64_t kShortestPause = 20'000'000;
    static constexpr int64_t kLongestPause = 320'000'000;

    bool alone(int64_t now) const { return now < pausedUntil_; }

    /// One job that several threads worked on from `began` to `ended`, and for which one would have needed `alone`.
    void count(int64_t alone, int64_t began, int64_t ended) {
        gained_ += alone - (ended - began);
        counted_ += ended - began;
        if (counted_ < kWindow) return;
        if (gained_ < 0) {
            pausedUntil_ = ended + pause_;
            pause_ = std::min(2 * pause_, kLongestPause);
        } else {
            pause_ = kShortestPause;
        }
        gained_ = counted_ = 0;
    }

 private:
    int64_t gained_ = 0;
    int64_t counted_ = 0;
    int64_t pause_ = kShortestPause;
    int64_t pausedUntil_ = 0;
};

}  // namespace cpu
}  // namespace mlxm
