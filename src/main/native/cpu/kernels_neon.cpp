#include "kernels.h"

namespace mlxm {
namespace cpu {

const Kernels* neonKernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm
