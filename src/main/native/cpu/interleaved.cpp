#include "interleaved.h"

#include <algorithm>
#include <cstring>

namespace mlxm {

namespace cpu {

namespace {

/// Weights that one thread reads at a time.
constexpr int64_t kChunkBytes = 64 << 10;

/// The words of 32 elements of one row, whose codes have neither four nor eight bits; `from` holds them as a stream.
void planes(const uint8_t* from, int bits, uint32_t* words) {
    std::memset(words, 0, static_cast<size_t>(bits) * 4);
    for (int element = 0; element < 32; element += 8) {
        uint64_t eight = 0;
        std::memcpy(&eight, from + element * bits / 8, static_cast<size_t>(bits));
        for (int i = element; i < element + 8; i++, eight >>= bits) {
            CodePlaces place = placesOf(bits, i);
            auto code = static_cast<uint32_t>(eight) & ((1u << bits) - 1);
            uint32_t low = code & ((1u << place.lowBits) - 1);
            words[place.lowWord] |= low << (place.byte * 8 + place.lowShift);
            if (bits > place.lowBits) words[place.highWord] |= code >> place.lowBits << (place.byte * 8 + place.highShift);
        }
    }
}

bool inOrder(int bits) {
    return bits == 4 || bits == 8;
}

/// One group of sixteen rows, or of what is left of them: scales, biases, then word by word.
void interleaveGroup(const PackedView& w, int64_t row, int64_t count, int64_t group, char* to) {
    int64_t size = byteSize(w.scaleType);
    int64_t words = static_cast<int64_t>(w.quant.groupSize) * w.quant.bits / 32;
    int64_t header = (w.biases == nullptr ? 1 : 2) * kPanelRows * size;
    if (count < kPanelRows) std::memset(to, 0, static_cast<size_t>(header + words * kPanelRows * 4));
    for (int64_t n = 0; n < count; n++) {
        int64_t at = (row + n) * w.groups + group;
        std::memcpy(to + n * size, w.scales + at * size, static_cast<size_t>(size));
        if (w.biases != nullptr) {
            std::memcpy(to + (kPanelRows + n) * size, w.biases + at * size, static_cast<size_t>(size));
        }
        const uint8_t* from = w.codes + (row + n) * w.rowBytes + group * words * 4;
        uint32_t rearranged[32];
        if (!inOrder(w.quant.bits)) {
            for (int64_t at32 = 0; at32 < words; at32 += w.quant.bits) {
                planes(from + at32 * 4, w.quant.bits, rearranged + at32);
            }
            from = reinterpret_cast<const uint8_t*>(rearranged);
        }
        char* word = to + header + n * 4;
        for (int64_t i = 0; i < words; i++) std::memcpy(word + i * kPanelRows * 4, from + i * 4, 4);
    }
}

}  // namespace

bool Interleaved::fits(const PackedView& w) {
    return w.rows > 0 && (w.quant.affine() || w.quant.mode == QuantMode::kMxfp4);
}

Interleaved::Interleaved(const PackedView& w) : scales_(w.scales), biases_(w.biases) {
    shape_.element = elementOf(w.scaleType);
    shape_.k = w.k;
    shape_.group = w.quant.groupSize;
    shape_.bits = w.quant.bits;
    shape_.e2m1 = !w.quant.affine();
    panels_ = (w.rows + kPanelRows - 1) / kPanelRows;
    int64_t headerBytes = (shape_.e2m1 ? 1 : 2) * byteSize(w.scaleType);
    int64_t groupBytes = kPanelRows * (headerBytes + int64_t{w.quant.groupSize} * w.quant.bits / 8);
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

namespace {

/// One row of activations into quads of a tile, or its blocks into a tile that lies by rows.
void placeCodes(const Codes& c, const int8_t* row, const CodeTile& tile, int64_t i, int8_t* to) {
    if (!tile.byRows) {
        for (int64_t q = 0; q < c.codeStride / 4; q++) std::memcpy(to + (q * tile.rows + i) * 4, row + q * 4, 4);
        return;
    }
    const int64_t half = c.block / 2;
    for (int64_t at = 0; at + c.block <= c.codeStride; at += c.block) {
        const int8_t* from = row + (c.split ? at / 128 * 128 + at % 128 / 2 : at);
        int8_t* block = to + at * tile.rows + i * c.block;
        std::memcpy(block, from, static_cast<size_t>(half));
        std::memcpy(block + half, from + (c.split ? 64 : half), static_cast<size_t>(half));
    }
}

}  // namespace

void makeTiles(EncodedRows& x, int64_t rows) {
    const Codes& c = x.codes;
    if (rows == 1) {
        x.tiles.push_back({c.code, c.scale, c.sum, 1, c.block, false});
        return;
    }
    int64_t codeBytes = (rows * c.codeStride + 63) / 64 * 64;
    int64_t floats = rows * c.blockStride;
    x.tileMemory = Block(static_cast<size_t>(codeBytes) + 2 * static_cast<size_t>(floats) * sizeof(float));
    auto* code = x.tileMemory.as<int8_t>();
    auto* scale = reinterpret_cast<float*>(code + codeBytes);
    float* sum = scale + floats;
    int64_t row = 0;
    auto add = [&](int64_t height, bool byRows) {
        x.tiles.push_back({code + row * c.codeStride, scale + row * c.blockStride, sum + row * c.blockStride,
                           static_cast<int>(height), c.block, byRows});
        row += height;
    };
    while (kernels().matrices && rows - row >= kMatrixRows) add(kMatrixRows, true);
    // Tiles of about the same height: sixteen rows are done faster as 8 + 8 than as 12 + 4.
    for (int64_t tiles = (rows - row + kernels().tileRows - 1) / kernels().tileRows; tiles > 0; tiles--) {
        add((rows - row + tiles - 1) / tiles, false);
    }
    parallelFor(static_cast<int64_t>(x.tiles.size()), 1, [&](int64_t from, int64_t to) {
        for (int64_t t = from; t < to; t++) {
            const CodeTile& tile = x.tiles[static_cast<size_t>(t)];
            int64_t first = (tile.code - code) / c.codeStride;
            auto* scales = const_cast<float*>(tile.scale);
            auto* sums = const_cast<float*>(tile.sum);
            for (int64_t i = 0; i < tile.rows; i++) {
                placeCodes(c, c.code + (first + i) * c.codeStride, tile, i, const_cast<int8_t*>(tile.code));
                for (int64_t b = 0; b < c.blockStride; b++) {
                    scales[b * tile.rows + i] = c.scale[(first + i) * c.blockStride + b];
                    sums[b * tile.rows + i] = c.sum[(first + i) * c.blockStride + b];
                }
            }
        }
    });
}

void multiplyInterleaved(const Interleaved& w, int64_t batch, int64_t rows, const std::vector<CodeTile>& x, float* y) {
    InterleavedRows matrix = w.rows(batch);
    parallelFor(w.panels(), 1 + kChunkBytes / matrix.panelBytes, [&](int64_t from, int64_t to) {
        for (int64_t p = from; p < to; p++) {
            int64_t row = p * kPanelRows;
            int width = static_cast<int>(std::min<int64_t>(kPanelRows, rows - row));
            float* out = y + row;
            for (const CodeTile& tile : x) {
                kernels().dotInterleaved(matrix, p, tile, out, rows, width);
                out += tile.rows * rows;
            }
        }
    });
}

}  // namespace cpu

namespace backend {

using namespace cpu;

void prepareWeights(const Packed& w) {
    PackedView v = packedView(w);
    if (!Interleaved::fits(v) || exactProducts() || kernels().dotInterleaved == nullptr) return;
    if (w.weight->prepared.load(std::memory_order_acquire) != nullptr) return;
    Prepared* made = new Interleaved(v);
    Prepared* none = nullptr;
    if (!w.weight->prepared.compare_exchange_strong(none, made, std::memory_order_acq_rel)) {
        discard(made);
        return;
    }
    for (const ArrayRef& copied : {w.weight, w.scales, w.biases}) {
        if (copied) releasePages(copied);
    }
}

}  // namespace backend
}  // namespace mlxm
