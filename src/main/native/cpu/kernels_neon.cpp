// NEON as every 64-bit ARM has it.
#include "kernels.h"

#if defined(__aarch64__)

#include "kernels_neon.h"

namespace mlxm {
namespace cpu {
namespace {

struct WidenedBytes {
    static int32x4_t dot(int32x4_t sums, int8x16_t a, int8x16_t b) {
        const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)));
        const int32x4_t high = vpaddlq_s16(vmull_s8(vget_high_s8(a), vget_high_s8(b)));
        return vaddq_s32(sums, vpaddq_s32(low, high));
    }
};

}  // namespace

const Kernels* neonKernels() {
    static const Kernels kernels = NeonCodes<WidenedBytes>::make("neon");
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm

#else

namespace mlxm {
namespace cpu {

const Kernels* neonKernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm

#endif
