// Which instruction set computes.
#pragma once

#include <string>

#include "kernels.h"

namespace mlxm {
namespace cpu {

/// The kernels in use: the best this machine has, unless chooseIsa said otherwise.
const Kernels& kernels();

/// "auto", "scalar", "avx2", "avx512", "amx", "neon" or "neondot"; throws Error for one that this machine or build does not have.
void chooseIsa(const std::string& name);

/// The processor's own name.
std::string processorName();

}  // namespace cpu
}  // namespace mlxm
