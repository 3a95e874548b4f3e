// Products of floats: the shared way to multiply many rows by a matrix that is handed over in panels.
#pragma once

#include <algorithm>

#include "common.h"
#include "memory.h"

namespace mlxm {
namespace cpu {

/// Below so many rows a product reads the matrix row by row; from there on in panels.
constexpr int64_t kPanelFrom = 6;

/// y[m, n] = x[m, k] * B, where pack(column, width, panel) writes the columns [column, column + width) of B as
/// panel[k][kPanelWidth]. Columns are shared out among threads; a result does not depend on their number.
template <typename Pack>
void multiplyPanels(const float* x, int64_t m, int64_t k, int64_t n, float* y, Pack&& pack) {
    parallelFor((n + kPanelWidth - 1) / kPanelWidth, 1, [&](int64_t from, int64_t to) {
        Block panel(static_cast<size_t>(std::max<int64_t>(k, 1)) * kPanelWidth * sizeof(float));
        for (int64_t p = from; p < to; p++) {
            int64_t column = p * kPanelWidth;
            int width = static_cast<int>(std::min<int64_t>(kPanelWidth, n - column));
            pack(column, width, panel.as<float>());
            kernels().gemmF32(panel.as<float>(), static_cast<int>(k), x, k, static_cast<int>(m), y + column, n, width,
                              false);
        }
    });
}

/// Writes `width` rows of floats, `stride` apart, as the columns of a panel; the rest of the panel is zero.
void packRows(const float* rows, int64_t stride, int64_t k, int width, float* panel);

}  // namespace cpu
}  // namespace mlxm
