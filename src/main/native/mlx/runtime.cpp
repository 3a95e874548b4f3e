// What computes, and the memory it may take.
#include <mlx/backend/metal/metal.h>
#include <mlx/compile.h>
#include <mlx/device.h>
#include <mlx/memory.h>
#include <mlx/version.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <variant>

#include "arrays.h"

static_assert(MLX_VERSION_NUMERIC >= 32000,
              "MLX 0.32 or newer is needed: older ones abort the process when a kernel fails");

#define MLXM_TEXT_OF(x) #x
#define MLXM_TEXT(x) MLXM_TEXT_OF(x)
#define MLXM_BUILT_FOR \
    MLXM_TEXT(MLX_VERSION_MAJOR) "." MLXM_TEXT(MLX_VERSION_MINOR) "." MLXM_TEXT(MLX_VERSION_PATCH)

namespace mlxm {

namespace {

/// On a CPU a compiled function runs the system's compiler; nothing here asks for one, and nothing in MLX may.
[[maybe_unused]] const bool compileDisabled = (mx::disable_compile(), true);

std::atomic<int64_t> limitSet{0};

int64_t figure(const char* key) {
    const auto& info = mx::device_info(mx::default_device());
    auto found = info.find(key);
    if (found == info.end()) return 0;
    auto* number = std::get_if<size_t>(&found->second);
    return number == nullptr ? 0 : static_cast<int64_t>(*number);
}

/// What the GPU may hold, or nine tenths of the memory it or the processor has.
int64_t defaultLimit() {
    if (bridge::onGpu()) {
        if (int64_t recommended = figure("max_recommended_working_set_size")) return recommended;
        if (int64_t total = figure("total_memory")) return total / 10 * 9;
    }
    return static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE) / 10 * 9;
}

int64_t limit() {
    static const int64_t byDefault = defaultLimit();
    int64_t set = limitSet.load(std::memory_order_relaxed);
    return set > 0 ? set : byDefault;
}

}  // namespace

void bridge::requireRoom(int64_t bytes) {
    auto active = static_cast<int64_t>(mx::get_active_memory());
    int64_t most = limit();
    if (bytes > most || active > most - bytes) {
        throw Error(std::to_string(bytes) + " bytes are needed, " + std::to_string(active) + " of at most " +
                    std::to_string(most) + " are in use");
    }
}

namespace backend {

std::string backendName() {
    return "mlx";
}

/// Throws Error when the library that was loaded is not of the version this was built with: its C++ interface changes
/// between versions.
std::string version() {
    std::string loaded = mx::version();
    size_t length = std::strlen(MLXM_BUILT_FOR);
    if (loaded.compare(0, length, MLXM_BUILT_FOR) != 0 || (loaded.size() > length && loaded[length] != '.')) {
        throw Error("built for MLX " MLXM_BUILT_FOR ", but MLX " + loaded + " was loaded");
    }
    return loaded;
}

std::string deviceName() {
    const auto& info = mx::device_info(mx::default_device());
    auto found = info.find("device_name");
    if (found == info.end()) return isaName();
    auto* text = std::get_if<std::string>(&found->second);
    return text == nullptr ? isaName() : *text;
}

std::string isaName() {
    if (!bridge::onGpu()) return "cpu";
    return mx::metal::is_available() ? "metal" : "cuda";
}

void setIsa(const std::string& name) {
    if (name != "auto" && name != isaName()) {
        throw Error("MLX computes with " + isaName() + " on this machine, not with \"" + name + "\"");
    }
}

int threads() {
    return 1;
}

void setThreads(int) {}

bool exact() {
    return true;
}

void setExact(bool) {}

MemoryFigures memory() {
    return {static_cast<int64_t>(mx::get_active_memory()), static_cast<int64_t>(mx::get_peak_memory()),
            static_cast<int64_t>(mx::get_cache_memory()), limit()};
}

void setMemoryLimit(int64_t bytes) {
    limitSet.store(bytes, std::memory_order_relaxed);
}

void resetPeak() {
    mx::reset_peak_memory();
}

void clearCache() {
    mx::clear_cache();
}

}  // namespace backend
}  // namespace mlxm
