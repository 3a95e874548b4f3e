// NEON with the dot products of ARMv8.2, which Apple's and all newer server processors have.
#include "kernels.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)

#include "kernels_neon.h"

namespace mlxm {
namespace cpu {
namespace {

struct DotProducts {
    static int32x4_t dot(int32x4_t sums, int8x16_t a, int8x16_t b) { return vdotq_s32(sums, a, b); }
};

}  // namespace

const Kernels* neondotKernels() {
    static const Kernels kernels = NeonCodes<DotProducts>::make("neondot");
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm

#else

namespace mlxm {
namespace cpu {

const Kernels* neondotKernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm

#endif
