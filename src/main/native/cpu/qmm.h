// Eight-bit forms of activations, and the switch between them and exact float32.
#pragma once

#include <vector>

#include "array.h"
#include "kernels.h"
#include "memory.h"

namespace mlxm {
namespace cpu {

bool exactProducts();
void setExactProducts(bool exact);

/// A form of an array that products want, kept with the array so that several products share it.
struct Prepared {
    virtual ~Prepared() = default;
};

/// The eight-bit form of activations.
struct EncodedRows final : Prepared {
    Block memory;
    Codes codes;
    int64_t k = 0;
    /// Those that the tiles are for: others may take them in another order.
    const Kernels* kernels = nullptr;
    /// The same by tiles, for interleaved weights; empty when the kernels know none.
    Block tileMemory;
    std::vector<CodeTile> tiles;
};

void discard(Prepared* prepared) noexcept;

}  // namespace cpu
}  // namespace mlxm
