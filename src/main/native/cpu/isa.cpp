#include "isa.h"

#include <atomic>
#include <cstring>
#include <fstream>

#include "../shape.h"
#include "amx.h"

#if defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace mlxm {
namespace cpu {

namespace {

#if defined(__aarch64__)
bool hasDotProducts() {
#if defined(__APPLE__)
    int has = 0;
    size_t length = sizeof(has);
    return sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &length, nullptr, 0) == 0 && has != 0;
#elif defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
    return false;
#endif
}
#endif

bool machineHas(const char* isa) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (std::strcmp(isa, "avx2") == 0) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    }
    if (std::strcmp(isa, "avx512") == 0) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vnni");
    }
    if (std::strcmp(isa, "amx") == 0) return machineHas("avx512") && tilesGranted();
#elif defined(__aarch64__)
    if (std::strcmp(isa, "neon") == 0) return true;
    if (std::strcmp(isa, "neondot") == 0) return hasDotProducts();
#endif
    return std::strcmp(isa, "scalar") == 0;
}

// The functions that name kernels are compiled for their instruction set like the kernels: only where the machine has it may
// they be called at all.
const Kernels* available(const std::string& isa) {
    if (!machineHas(isa.c_str())) return nullptr;
    if (isa == "amx") return amxKernels();
    if (isa == "avx512") return avx512Kernels();
    if (isa == "avx2") return avx2Kernels();
    if (isa == "neondot") return neondotKernels();
    if (isa == "neon") return neonKernels();
    if (isa == "scalar") return scalarKernels();
    return nullptr;
}

/// Those for AMX, where they pay: it has never been found out how fast they are on which processor.
const Kernels* tried() {
    const Kernels* matrices = available("amx");
    const Kernels* plain = available("avx512");
    return matrices != nullptr && plain != nullptr && matricesPay(*matrices, *plain) ? matrices : nullptr;
}

const Kernels* best() {
    static const Kernels* const matrices = tried();
    if (matrices != nullptr) return matrices;
    for (const char* isa : {"avx512", "avx2", "neondot", "neon"}) {
        const Kernels* kernels = available(isa);
        if (kernels != nullptr) return kernels;
    }
    return scalarKernels();
}

std::atomic<const Kernels*>& chosen() {
    static std::atomic<const Kernels*> kernels{best()};
    return kernels;
}

}  // namespace

const Kernels& kernels() {
    return *chosen().load(std::memory_order_relaxed);
}

void chooseIsa(const std::string& name) {
    if (name == "auto") {
        chosen().store(best());
        return;
    }
    const Kernels* wanted = available(name);
    if (wanted == nullptr) {
        throw Error("instruction set \"" + name + "\" is not available here");
    }
    chosen().store(wanted);
}

std::string processorName() {
#if defined(__APPLE__)
    char name[256];
    size_t length = sizeof(name);
    if (sysctlbyname("machdep.cpu.brand_string", name, &length, nullptr, 0) == 0) return name;
#else
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        size_t colon = line.find(": ");
        if (line.compare(0, 10, "model name") == 0 && colon != std::string::npos) return line.substr(colon + 2);
    }
#endif
    return "unknown processor";
}

}  // namespace cpu
}  // namespace mlxm
