// Attention of many query rows at once, in matrix products.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "attention.h"
#include "memory.h"

namespace mlxm {
namespace cpu {

/// Query rows that share one pass over keys and values when many are asked at once.
constexpr int kTileRows = 60;  // a multiple of the rows that gemmF32 takes together
/// Keys that one pass looks at before it goes on; their panels stay in the cache.
constexpr int kTileKeys = 128;

/// Running softmax of a tile of query rows, which share a head of keys, against tiles of keys.
class Tile {
 public:
    Tile(int keyDim, int valueDim, int rows)
        : keyDim_(keyDim), valueDim_(valueDim), rows_(rows),
          dims_((valueDim + kPanelWidth - 1) / kPanelWidth * kPanelWidth),
          memory_(static_cast<size_t>(int64_t{kTileKeys} * (keyDim + dims_) +
                                      int64_t{kPanelWidth} * std::max(keyDim, valueDim) +
                                      int64_t{rows} * (kTileKeys + keyDim + valueDim + 2)) *
                  sizeof(float)) {
        keyPanels_ = memory_.as<float>();
        valuePanels_ = keyPanels_ + int64_t{kTileKeys} * keyDim;
        wide_ = valuePanels_ + int64_t{kTileKeys} * dims_;
        scores_ = wide_ + int64_t{kPanelWidth} * std::max(keyDim, valueDim);
        queries_ = scores_ + int64_t{rows} * kTileKeys;
        sums_ = queries_ + int64_t{rows} * keyDim;
        tops_ = sums_ + int64_t{rows} * valueDim;
        totals_ = tops_ + rows;
        std::fill(sums_, sums_ + int64_t{rows} * valueDim, 0.0f);
        std::fill(tops_, tops_ + rows, -std::numeric_limits<float>::infinity());
        std::fill(totals_, totals_ + rows, 0.0f);
    }

    void setQuery(int row, const float* query, float scale) {
        kernels().scale(query, scale, queries_ + int64_t{row} * keyDim_, keyDim_);
    }

    /// Adds `count` keys and values from position `from` on; the values may lie in the keys. visible(row) tells which
    /// positions a row sees.
    template <typename Visible>
    void add(const RowFormat& format, const char* keys, const char* values, int64_t from, int count, float cap,
             Visible&& visible) {
        loadPanels(format, keys, values, count);
        for (int p = 0; p < count; p += kPanelWidth) {
            kernels().gemmF32(keyPanels_ + int64_t{p} * keyDim_, keyDim_, queries_, keyDim_, rows_, scores_ + p,
                              kTileKeys, std::min(kPanelWidth, count - p), false);
        }
        for (int r = 0; r < rows_; r++) {
            auto [first, last] = visible(r);
            int lo = static_cast<int>(std::clamp<int64_t>(first - from, 0, count));
            int hi = static_cast<int>(std::clamp<int64_t>(last - from, 0, count));
            weigh(r, lo, std::max(lo, hi), count, cap);
        }
        for (int d = 0; d < valueDim_; d += kPanelWidth) {
            kernels().gemmF32(valuePanels_ + int64_t{d} * kTileKeys, count, scores_, kTileKeys, rows_, sums_ + d,
                              valueDim_, std::min(kPanelWidth, valueDim_ - d), true);
        }
    }

    void finish(int row, const float* sink, float* out) const {
        float total = totals_[row];
        if (sink != nullptr) total += std::exp(*sink - tops_[row]);
        kernels().scale(sums_ + int64_t{row} * valueDim_, total > 0 ? 1.0f / total : 0.0f, out, valueDim_);
    }

 private:
    /// Keys as panels of kPanelWidth columns of positions, values as panels of kPanelWidth columns of elements.
    void loadPanels(const RowFormat& format, const char* keys, const char* values, int count) {
        bool latent = keys == values;
        int64_t stride = latent ? keyDim_ : valueDim_;
        for (int p = 0; p < count; p += kPanelWidth) {
            int width = std::min(kPanelWidth, count - p);
            format.expand(keys + p * format.rowBytes(keyDim_), keyDim_, width, wide_);
            kernels().panel(wide_, keyDim_, width, keyPanels_ + int64_t{p} * keyDim_);
            if (!latent) format.expand(values + p * format.rowBytes(valueDim_), valueDim_, width, wide_);
            for (int k = 0; k < width; k++) {
                const float* value = wide_ + k * stride;
                for (int d = 0; d < valueDim_; d += kPanelWidth) {
                    float* to = valuePanels_ + int64_t{d} * kTileKeys + int64_t{p + k} * kPanelWidth;
                    int columns = std::min(kPanelWidth, valueDim_ - d);
                    std::memcpy(to, value + d, static_cast<size_t>(columns) * sizeof(float));
                    if (columns < kPanelWidth) std::fill(to + columns, to + kPanelWidth, 0.0f);
                }
            }
        }
    }

    /// Scores of a row to weights of the running softmax; what it does not see weighs nothing.
    void weigh(int row, int lo, int hi, int count, float cap) {
        float* scores = scores_ + int64_t{row} * kTileKeys;
        std::fill(scores, scores + lo, 0.0f);
        std::fill(scores + hi, scores + count, 0.0f);
        if (lo == hi) return;
        capScores(scores + lo, cap, hi - lo);
        float* sums = sums_ + int64_t{row} * valueDim_;
        float top = std::max(tops_[row], kernels().max(scores + lo, hi - lo));
        float shrink = std::exp(tops_[row] - top);
        if (shrink != 1.0f) kernels().scale(sums, shrink, sums, valueDim_);
        totals_[row] = totals_[row] * shrink + kernels().expSum(scores + lo, top, scores + lo, hi - lo);
        tops_[row] = top;
    }

    int keyDim_;
    int valueDim_;
    int rows_;
    int dims_;  ///< valueDim in whole panels
    Block memory_;
    float* keyPanels_;
    float* valuePanels_;
    float* wide_;
    float* scores_;
    float* queries_;
    float* sums_;
    float* tops_;
    float* totals_;
};

}  // namespace cpu
}  // namespace mlxm
