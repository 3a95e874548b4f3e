// The units of AMX that multiply tiles: whether there are any, and whether they pay.
#pragma once

#include "kernels.h"

namespace mlxm {
namespace cpu {

/// Whether the processor multiplies tiles of bytes and the system lets this process do so, for which it has to be asked.
bool tilesGranted();

/// Whether sixteen rows take clearly less time with kernels that have matrices than with those of plain registers. Both are
/// timed here, on a panel of weights, within about a millisecond.
bool matricesPay(const Kernels& matrices, const Kernels& plain);

}  // namespace cpu
}  // namespace mlxm
