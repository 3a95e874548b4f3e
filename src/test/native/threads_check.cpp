// The threads that compute, for a build with ThreadSanitizer: callers at once, jobs within jobs, failures, and a number of
// threads that changes meanwhile.
#include "cpu/balance.h"
#include "cpu/threads.h"

#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace mlxm::cpu;

namespace {

std::atomic<int> failures{0};

/// Every element is computed once, and is there when the call returns.
void compute(int64_t count, int64_t grain) {
    std::vector<int64_t> out(static_cast<size_t>(count), -1);
    parallelFor(count, grain, [&](int64_t from, int64_t to) {
        parallelFor(to - from, 3, [&](int64_t low, int64_t high) {
            for (int64_t i = from + low; i < from + high; i++) out[static_cast<size_t>(i)] = i * i;
        });
    });
    for (int64_t i = 0; i < count; i++) {
        if (out[static_cast<size_t>(i)] != i * i) failures++;
    }
}

void fail(int64_t count) {
    try {
        parallelFor(count, 1, [&](int64_t from, int64_t) {
            if (from == count / 2) throw std::runtime_error("on purpose");
        });
        failures++;
    } catch (const std::runtime_error&) {
    }
}

void expect(bool holds) {
    if (!holds) failures++;
}

/// Jobs that take `percent` of what one thread would need, until a sum is drawn; the time then.
int64_t window(Balance& balance, int64_t now, int percent) {
    int64_t job = Balance::kWindow / 10;
    for (int i = 0; i < 10; i++, now += job) balance.count(job * 100 / percent, now, now + job);
    return now;
}

/// Workers that cost more than they do are left alone, longer each time, and asked again.
void weighing() {
    Balance balance;
    int64_t now = window(balance, 1000, 60);
    expect(!balance.alone(now));
    for (int64_t pause = Balance::kShortestPause; pause <= Balance::kLongestPause; pause *= 2) {
        now = window(balance, now, 120);
        expect(balance.alone(now + pause - 1));
        expect(!balance.alone(now + pause));
        now += pause;
    }
    now = window(balance, now, 120);
    expect(balance.alone(now + Balance::kLongestPause - 1));
    expect(!balance.alone(now + Balance::kLongestPause));
    now = window(balance, now + Balance::kLongestPause, 60);
    now = window(balance, now, 120);
    expect(!balance.alone(now + Balance::kShortestPause));
}

}  // namespace

int main() {
    weighing();
    setThreadCount(4);
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 3; caller++) {
        callers.emplace_back([caller] {
            for (int round = 1; round < 400; round++) {
                compute(round * 7, 1 + round % 5);
                if (round % 9 == caller) fail(round);
            }
        });
    }
    std::thread changer([] {
        for (int round = 0; round < 60; round++) {
            setThreadCount(1 + round % 5);
            std::this_thread::yield();
        }
    });
    for (std::thread& caller : callers) caller.join();
    changer.join();
    setThreadCount(1);
    std::printf("%d failures\n", failures.load());
    return failures.load() == 0 ? 0 : 1;
}
