#include "threads.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "balance.h"

#if defined(__linux__)
#include <sched.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace mlxm {
namespace cpu {

namespace {

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#if defined(__linux__)

std::string firstLine(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

/// Cores the control group grants, rounded up; 0 if it grants them all.
int grantedCores() {
    std::string line = firstLine("/sys/fs/cgroup/cpu.max");
    size_t space = line.find(' ');
    if (space == std::string::npos || line.compare(0, 3, "max") == 0) return 0;
    double quota = std::atof(line.c_str());
    double period = std::atof(line.c_str() + space + 1);
    return quota > 0 && period > 0 ? static_cast<int>((quota + period - 1) / period) : 0;
}

/// Two hardware threads of one core share its arithmetic, so only cores count.
int usableCores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 0;
    std::set<std::string> cores;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        std::string siblings =
            firstLine("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
        cores.insert(siblings.empty() ? std::to_string(cpu) : siblings);
    }
    int granted = grantedCores();
    int count = static_cast<int>(cores.size());
    return granted > 0 && granted < count ? granted : count;
}

#elif defined(__APPLE__)

int usableCores() {
    for (const char* key : {"hw.perflevel0.physicalcpu", "hw.physicalcpu"}) {
        int count = 0;
        size_t length = sizeof(count);
        if (sysctlbyname(key, &count, &length, nullptr, 0) == 0 && count > 0) return count;
    }
    return 0;
}

#else

int usableCores() {
    return 0;
}

#endif

int defaultThreads() {
    int cores = usableCores();
    if (cores <= 0) cores = static_cast<int>(std::thread::hardware_concurrency());
    return cores > 0 ? cores : 1;
}

/// The caller and count - 1 workers. Workers spin for a moment after a job (the next operation of a model follows within
/// microseconds), then sleep.
class Pool {
 public:
    explicit Pool(int count) {
        try {
            for (int i = 1; i < count; i++) workers_.emplace_back([this] { work(); });
        } catch (const std::exception&) {
            // the system gives no more threads: those that started will do
        }
    }

    ~Pool() {
        stop_.store(true);
        announce();
        for (std::thread& worker : workers_) worker.join();
    }

    int size() const { return static_cast<int>(workers_.size()) + 1; }

    void run(int64_t chunks, void (*body)(void*, int64_t), void* context) {
        int64_t asked = now();
        if (balance_.alone(asked)) {
            for (int64_t chunk = 0; chunk < chunks; chunk++) body(context, chunk);
            return;
        }
        body_ = body;
        context_ = context;
        chunks_ = chunks;
        failure_ = nullptr;
        chunkTime_.store(INT64_MAX / chunks);
        next_.store(0);
        open_.store(true);
        announce();
        drain();
        open_.store(false);
        // A worker counts itself in before it looks at open_, so from here on either it saw the job closed or we see it.
        for (int spins = 0; inside_.load() > 0; spins++) {
            if (spins < kSpins) {
                pause();
            } else {
                std::this_thread::yield();
            }
        }
        if (failure_) std::rethrow_exception(failure_);
        int64_t ended = now();
        // What one thread needs for a chunk when nobody takes its core is what it needs for all of them alone.
        balance_.count(chunkTime_.load() * chunks, asked, ended);
    }

 private:
    static constexpr int kSpins = 2000;

    static int64_t now() {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }

    void announce() {
        generation_.fetch_add(1);
        if (sleeping_.load() > 0) {
            { std::lock_guard<std::mutex> guard(mutex_); }
            wake_.notify_all();
        }
    }

    void drain() {
        int64_t began = now();
        int64_t chunk;
        int64_t done = 0;
        while ((chunk = next_.fetch_add(1)) < chunks_) {
            try {
                body_(context_, chunk);
            } catch (...) {
                std::lock_guard<std::mutex> guard(mutex_);
                if (!failure_) failure_ = std::current_exception();
            }
            done++;
        }
        if (done > 0) lowerChunkTime((now() - began) / done);
    }

    void lowerChunkTime(int64_t nanoseconds) {
        int64_t known = chunkTime_.load();
        while (nanoseconds < known && !chunkTime_.compare_exchange_weak(known, nanoseconds)) {
        }
    }

    void work() {
        uint32_t seen = 0;
        while (true) {
            await(seen);
            seen = generation_.load();
            if (stop_.load()) return;
            inside_.fetch_add(1);
            if (open_.load()) drain();
            inside_.fetch_sub(1);
        }
    }

    void await(uint32_t seen) {
        for (int spins = 0; spins < kSpins; spins++) {
            if (generation_.load() != seen) return;
            pause();
        }
        std::unique_lock<std::mutex> guard(mutex_);
        sleeping_.fetch_add(1);
        wake_.wait(guard, [&] { return generation_.load() != seen; });
        sleeping_.fetch_sub(1);
    }

    std::vector<std::thread> workers_;
    std::atomic<uint32_t> generation_{0};
    std::atomic<int64_t> next_{0};
    std::atomic<int> inside_{0};
    std::atomic<int> sleeping_{0};
    std::atomic<bool> open_{false};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
    void (*body_)(void*, int64_t) = nullptr;
    void* context_ = nullptr;
    int64_t chunks_ = 0;
    /// Nanoseconds that the fastest thread took for each of its chunks of this job.
    std::atomic<int64_t> chunkTime_{0};
    std::exception_ptr failure_;
    Balance balance_;
};

/// Held while a job runs or the pool is replaced.
std::mutex poolMutex;
std::atomic<int> wanted{0};
/// A job that starts another does it alone.
thread_local bool insideJob = false;

/// Never destroyed by the run-time, whose exit may find workers asleep; setThreadCount(1) ends them.
Pool*& pool() {
    static Pool* instance = nullptr;
    return instance;
}

}  // namespace

int threadCount() {
    int count = wanted.load();
    if (count == 0) {
        count = defaultThreads();
        wanted.store(count);
    }
    return count;
}

void setThreadCount(int count) {
    std::lock_guard<std::mutex> guard(poolMutex);
    wanted.store(count);
    delete std::exchange(pool(), nullptr);
}

void runChunks(int64_t chunks, void (*body)(void*, int64_t), void* context) {
    if (chunks > 1 && !insideJob && threadCount() > 1) {
        std::unique_lock<std::mutex> guard(poolMutex, std::try_to_lock);
        if (guard.owns_lock()) {
            if (pool() == nullptr) pool() = new Pool(threadCount());
            insideJob = true;
            struct Leave {
                ~Leave() { insideJob = false; }
            } leave;
            pool()->run(chunks, body, context);
            return;
        }
    }
    for (int64_t chunk = 0; chunk < chunks; chunk++) body(context, chunk);
}

}  // namespace cpu
}  // namespace mlxm
