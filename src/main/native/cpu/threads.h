// The threads that compute. Work is cut into chunks that are handed out by a counter, so a thread that comes late (its core
// was taken by someone else) costs nothing; the caller works too. Where chunks begin does not depend on the number of
// threads, so results do not either.
#pragma once

#include <cstdint>

namespace mlxm {
namespace cpu {

int threadCount();

/// 0 for one per physical core that this process may use.
void setThreadCount(int count);

/// Calls body(context, chunk) for every chunk in [0, chunks), on several threads; rethrows the first exception.
/// While another thread of the process computes, the caller does all chunks itself.
void runChunks(int64_t chunks, void (*body)(void* context, int64_t chunk), void* context);

/// Splits [0, count) into pieces of `grain` and calls body(from, to) for each.
template <typename Body>
void parallelFor(int64_t count, int64_t grain, Body&& body) {
    if (count <= 0) return;
    if (grain < 1) grain = 1;
    if (count <= grain) {
        body(int64_t{0}, count);
        return;
    }
    struct Job {
        Body* body;
        int64_t count;
        int64_t grain;
    } job{&body, count, grain};
    runChunks(
        (count + grain - 1) / grain,
        [](void* context, int64_t chunk) {
            auto* j = static_cast<Job*>(context);
            int64_t from = chunk * j->grain;
            int64_t to = from + j->grain < j->count ? from + j->grain : j->count;
            (*j->body)(from, to);
        },
        &job);
}

}  // namespace cpu
}  // namespace mlxm
