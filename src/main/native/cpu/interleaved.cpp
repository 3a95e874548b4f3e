#include "interleaved.h"

#include <algorithm>
#include <cstring>

namespace mlxm {

namespace cpu {

namespace {

/// Weights that one thread reads at a time.
constexpr int64_t kChunkBytes = 64 << 10;

/// One group of sixteen rows, or of what is left of them: scales, biases, then word by word.
void interleaveGroup(const PackedView& w, int64_t row, int64_t count, int64_t group, char* to) {
    int64_t size = byteSize(w.scaleType);
    int64_t words = static_cast<int64_t>(w.quant.groupSize) * w.quant.bits / 32;
    int64_t header = 2 * kPanelRows * size;
    std::memset(to, 0, static_cast<size_t>(header + words * kPanelRows * 4));
    for (int64_t n = 0; n < count; n++) {
        int64_t at = (row + n) * w.groups + group;
        std::memcpy(to + n * size, w.scales + at * size, static_cast<size_t>(size));
        std::memcpy(to + (kPanelRows + n) * size, w.biases + at * size, static_cast<size_t>(size));
        const uint8_t* from = w.codes + (row + n) * w.rowBytes + group * words * 4;
        char* word = to + header + n * 4;
        for (int64_t i = 0; i < words; i++) std::memcpy(word + i * kPanelRows * 4, from + i * 4, 4);
    }
}

}  // namespace

Interleaved::Interleaved(const PackedView& w) : scales_(w.scales), biases_(w.biases) {
    shape_.element = elementOf(w.scaleType);
    shape_.k = w.k;
    shape_.group = w.quant.groupSize;
    shape_.bits = w.quant.bits;
    panels_ = (w.rows + kPanelRows - 1) / kPanelRows;
    int64_t groupBytes = kPanelRows * (2 * byteSize(w.scaleType) + int64_t{w.quant.groupSize} * w.quant.bits / 8);
    shape_.panelBytes = w.groups * groupBytes;
    memory_ = Block(static_cast<size_t>(w.batches * panels_ * shape_.panelBytes));
    shape_.data = memory_.as<uint8_t>();
    parallelFor(w.batches * panels_, 1 + kChunkBytes / shape_.panelBytes, [&](int64_t from, int64_t to) {
        for (int64_t p = from; p < to; p++) {
            int64_t first = p % panels_ * kPanelRows;
            int64_t count = std::min<int64_t>(kPanelRows, w.rows - first);
            for (int64_t g = 0; g < w.groups; g++) {
                interleaveGroup(w, p / panels_ * w.rows + first, count, g,
                                memory_.as<char>() + p * shape_.panelBytes + g * groupBytes);
            }
        }
    });
}

const Interleaved* Interleaved::of(const ArrayRef& codes, const char* scales, const char* biases) {
    const auto* kept = dynamic_cast<const Interleaved*>(codes->prepared.load(std::memory_order_acquire));
    return kept != nullptr && kept->scales_ == scales && kept->biases_ == biases ? kept : nullptr;
}

InterleavedRows Interleaved::rows(int64_t batch) const {
    InterleavedRows out = shape_;
    out.data += batch * panels_ * shape_.panelBytes;
    return out;
}

void multiplyInterleaved(const Interleaved& w, int64_t batch, int64_t rows, const Codes& x, int64_t m, float* y) {
    InterleavedRows matrix = w.rows(batch);
    parallelFor(w.panels(), 1 + kChunkBytes / matrix.panelBytes, [&](int64_t from, int64_t to) {
        for (int64_t p = from; p < to; p++) {
            int64_t row = p * kPanelRows;
            int width = static_cast<int>(std::min<int64_t>(kPanelRows, rows - row));
            kernels().dotInterleaved(matrix, p, x, 0, static_cast<int>(m), y + row, rows, width);
        }
    });
}

}  // namespace cpu

namespace backend {

using namespace cpu;

void prepareWeights(const Packed& w) {
    PackedView v = packedView(w);
    if (!v.fast() || exactProducts() || kernels().dotInterleaved == nullptr || v.rows == 0) return;
    if (w.weight->prepared.load(std::memory_order_acquire) != nullptr) return;
    Prepared* made = new Interleaved(v);
    Prepared* none = nullptr;
    if (!w.weight->prepared.compare_exchange_strong(none, made, std::memory_order_acq_rel)) {
        discard(made);
        return;
    }
    releasePages(w.weight);
}

}  // namespace backend
}  // namespace mlxm
