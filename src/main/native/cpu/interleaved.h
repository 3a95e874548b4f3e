// Packed weights laid out anew for the kernels: sixteen rows side by side in one stream.
#pragma once

#include "packing.h"
#include "qmm.h"

namespace mlxm {
namespace cpu {

/// The layout that the kernels of wide registers read (see kernels.h), made once and kept with the array of codes.
class Interleaved final : public Prepared {
 public:
    /// Whether there is a layout for them: affine ones of any width, and MXFP4.
    static bool fits(const PackedView& w);

    /// For weights that fit. Reads every byte of them.
    explicit Interleaved(const PackedView& w);

    /// The layout kept with an array of codes for these scales and biases, or none.
    static const Interleaved* of(const ArrayRef& codes, const char* scales, const char* biases);

    InterleavedRows rows(int64_t batch) const;
    int64_t panels() const { return panels_; }

 private:
    Block memory_;
    const char* scales_;
    const char* biases_;
    InterleavedRows shape_;
    int64_t panels_;
};

/// Fills `x.tiles` with what `x.codes` holds for so many rows.
void makeTiles(EncodedRows& x, int64_t rows);

/// y[m, rows] = x[m, k] * one matrix of so many rows, transposed; the tiles together are x.
void multiplyInterleaved(const Interleaved& w, int64_t batch, int64_t rows, const std::vector<CodeTile>& x, float* y);

}  // namespace cpu
}  // namespace mlxm
