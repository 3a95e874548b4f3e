// Packed weights: checks, and single elements of every mode and width.
#pragma once

#include "common.h"

namespace mlxm {
namespace cpu {

class Interleaved;

/// A packed matrix [batches, rows, k] after its shapes and dtypes were checked.
struct PackedView {
    const uint8_t* codes = nullptr;
    const char* scales = nullptr;
    const char* biases = nullptr;
    Dtype scaleType = Dtype::kF32;
    Quant quant{};
    int64_t batches = 1;
    int64_t rows = 0;
    int k = 0;
    int64_t rowBytes = 0;
    int64_t groups = 0;
    /// The same weights laid out anew, or none.
    const Interleaved* interleaved = nullptr;

    /// The kernels know it: affine with four or eight bits, in groups that fit their blocks.
    bool fast() const {
        return quant.affine() && (quant.bits == 4 || quant.bits == 8) && (quant.bits == 8 || k % 64 == 0 || quant.groupSize == 32);
    }

    PackedRows kernelRows(int64_t batch) const;

    /// One row to float32, whatever the mode.
    void unpackRow(int64_t batch, int64_t row, float* out) const;
};

/// Checks what belongs together; throws Error with the shapes.
PackedView packedView(const Packed& w);

/// E2M1, E4M3 and E8M0 as they stand in the formats.
float fromE2M1(uint8_t code);
float fromE4M3(uint8_t code);
float fromE8M0(uint8_t code);
uint8_t toE2M1(float value);
uint8_t toE4M3(float value);

}  // namespace cpu
}  // namespace mlxm
