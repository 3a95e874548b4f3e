// Products with packed weights.
#include "qmm.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "gather.h"
#include "gemm.h"
#include "interleaved.h"
#include "packing.h"

namespace mlxm {

namespace cpu {

namespace {

std::atomic<bool> exactSwitch{false};

/// Weights that one thread reads at a time.
constexpr int64_t kChunkBytes = 64 << 10;

constexpr int64_t roundUp(int64_t value, int64_t step) {
    return (value + step - 1) / step * step;
}

EncodedRows* encodeRows(const float* x, int64_t rows, int64_t k, int block, bool split) {
    auto* out = new EncodedRows();
    try {
        int64_t codeStride = roundUp(k, 128);
        int64_t blockStride = roundUp(k / block, 16);
        int64_t codeBytes = roundUp(rows * codeStride, 64);
        int64_t floatBytes = rows * blockStride * static_cast<int64_t>(sizeof(float));
        out->memory = Block(static_cast<size_t>(codeBytes + 2 * floatBytes));
        auto* base = out->memory.as<char>();
        std::memset(base, 0, static_cast<size_t>(codeBytes + 2 * floatBytes));
        auto* code = reinterpret_cast<int8_t*>(base);
        auto* scale = reinterpret_cast<float*>(base + codeBytes);
        auto* sum = reinterpret_cast<float*>(base + codeBytes + floatBytes);
        parallelFor(rows, 1 + kGrain / k, [&](int64_t from, int64_t to) {
            for (int64_t i = from; i < to; i++) {
                kernels().encode(x + i * k, static_cast<int>(k), block, split, code + i * codeStride,
                                 scale + i * blockStride, sum + i * blockStride);
            }
        });
        out->codes = {code, scale, sum, codeStride, blockStride, block, split};
        out->k = k;
        out->kernels = &kernels();
        if (kernels().dotInterleaved != nullptr) makeTiles(*out, rows);
        return out;
    } catch (...) {
        delete out;
        throw;
    }
}

/// The eight-bit form of x that weights of this kind want: kept with x, or made for this product alone when x keeps
/// another one.
class Activations {
 public:
    Activations(const ArrayRef& x, const PackedView& w) {
        int block = std::min(w.quant.groupSize, 64);
        bool split = w.quant.bits != 8;
        const auto* kept = dynamic_cast<const EncodedRows*>(x->prepared.load(std::memory_order_acquire));
        if (kept != nullptr && kept->k == w.k && kept->codes.block == block && kept->codes.split == split &&
            kept->kernels == &kernels()) {
            use_ = kept;
            return;
        }
        EncodedRows* made = encodeRows(x->as<float>(), x->size / w.k, w.k, block, split);
        use_ = made;
        Prepared* none = nullptr;
        if (!x->prepared.compare_exchange_strong(none, made, std::memory_order_acq_rel)) own_ = made;
    }
    Activations(const Activations&) = delete;
    Activations& operator=(const Activations&) = delete;
    ~Activations() { delete own_; }

    const EncodedRows& rows() const { return *use_; }

 private:
    const EncodedRows* use_ = nullptr;
    EncodedRows* own_ = nullptr;
};

/// Sixteen rows of weights, taken apart once for many rows of activations.
class Panel {
 public:
    Panel(const PackedRows& w, const Codes& x)
        : w_(w), block_(x.block), split_(x.split), blocks_(w.k / x.block),
          code_(static_cast<size_t>(w.k) * kPanelRows),
          scale_(static_cast<size_t>(blocks_) * kPanelRows * sizeof(float)),
          bias_(static_cast<size_t>(blocks_) * kPanelRows * sizeof(float)) {}

    CodePanel load(int64_t row, int width) {
        std::memset(code_.as<char>(), 0, static_cast<size_t>(w_.k) * kPanelRows);
        std::memset(scale_.as<char>(), 0, static_cast<size_t>(blocks_) * kPanelRows * sizeof(float));
        std::memset(bias_.as<char>(), 0, static_cast<size_t>(blocks_) * kPanelRows * sizeof(float));
        for (int n = 0; n < width; n++) {
            loadCodes(row + n, n);
            loadGroups(row + n, n);
        }
        return {code_.as<uint8_t>(), scale_.as<float>(), bias_.as<float>(), blocks_};
    }

 private:
    void loadCodes(int64_t row, int n) {
        const uint8_t* from = w_.codes + row * w_.rowBytes;
        auto* to = code_.as<uint32_t>();
        int quads = block_ / 4;
        for (int b = 0; b < blocks_; b++) {
            uint32_t* block = to + static_cast<int64_t>(b) * quads * kPanelRows + n;
            if (!split_) {
                for (int q = 0; q < quads; q++) {
                    std::memcpy(block + q * kPanelRows, from + static_cast<int64_t>(b) * block_ + 4 * q, 4);
                }
                continue;
            }
            for (int q = 0; q < quads / 2; q++) {
                uint32_t word;
                std::memcpy(&word, from + static_cast<int64_t>(b) * block_ / 2 + 4 * q, 4);
                block[q * kPanelRows] = word & 0x0f0f0f0fu;
                block[(q + quads / 2) * kPanelRows] = word >> 4 & 0x0f0f0f0fu;
            }
        }
    }

    void loadGroups(int64_t row, int n) {
        int64_t size = w_.element == Element::kF32 ? 4 : 2;
        int perGroup = w_.group / block_;
        for (int b = 0; b < blocks_; b++) {
            int64_t group = row * w_.groups + b / perGroup;
            kernels().toF32(w_.element, static_cast<const char*>(w_.scales) + group * size,
                            scale_.as<float>() + b * kPanelRows + n, 1);
            kernels().toF32(w_.element, static_cast<const char*>(w_.biases) + group * size,
                            bias_.as<float>() + b * kPanelRows + n, 1);
        }
    }

    const PackedRows& w_;
    int block_;
    bool split_;
    int blocks_;
    Block code_;
    Block scale_;
    Block bias_;
};

void multiplyCodes(const PackedView& w, int64_t batch, const Codes& x, int64_t m, float* y) {
    PackedRows rows = w.kernelRows(batch);
    if (m < kPanelFrom) {
        parallelFor(w.rows, 1 + kChunkBytes / w.rowBytes, [&](int64_t from, int64_t to) {
            for (int64_t i = 0; i < m; i++) {
                kernels().dotCodes(rows, from, static_cast<int>(to - from), x, i, y + i * w.rows + from);
            }
        });
        return;
    }
    parallelFor((w.rows + kPanelRows - 1) / kPanelRows, 4, [&](int64_t from, int64_t to) {
        Panel panel(rows, x);
        for (int64_t p = from; p < to; p++) {
            int64_t row = p * kPanelRows;
            int width = static_cast<int>(std::min<int64_t>(kPanelRows, w.rows - row));
            CodePanel loaded = panel.load(row, width);
            kernels().gemmCodes(loaded, x, 0, static_cast<int>(m), y + row, w.rows, width);
        }
    });
}

void multiplyExact(const PackedView& w, int64_t batch, const float* x, int64_t m, float* y) {
    bool direct = w.quant.affine() && (w.quant.bits == 4 || w.quant.bits == 8);
    if (m < kPanelFrom && direct) {
        PackedRows rows = w.kernelRows(batch);
        parallelFor(w.rows, 1 + kChunkBytes / w.rowBytes, [&](int64_t from, int64_t to) {
            for (int64_t i = 0; i < m; i++) {
                kernels().dotExact(rows, from, static_cast<int>(to - from), x + i * w.k, y + i * w.rows + from);
            }
        });
        return;
    }
    if (m < kPanelFrom) {
        parallelFor(w.rows, 1 + kChunkBytes / (w.rowBytes * 4), [&](int64_t from, int64_t to) {
            Block floats(static_cast<size_t>(w.k) * sizeof(float));
            for (int64_t r = from; r < to; r++) {
                w.unpackRow(batch, r, floats.as<float>());
                for (int64_t i = 0; i < m; i++) {
                    kernels().dotRows(Element::kF32, floats.as<float>(), w.k, x + i * w.k, w.k, y + i * w.rows + r, 1);
                }
            }
        });
        return;
    }
    multiplyPanels(x, m, w.k, w.rows, y, [&](int64_t row, int width, float* panel) {
        Block floats(static_cast<size_t>(w.k) * static_cast<size_t>(width) * sizeof(float));
        for (int r = 0; r < width; r++) w.unpackRow(batch, row + r, floats.as<float>() + static_cast<int64_t>(r) * w.k);
        packRows(floats.as<float>(), w.k, w.k, width, panel);
    });
}

/// y[m, rows] = x[m, k] * one matrix, transposed; x is float32.
void multiplyPacked(const PackedView& w, int64_t batch, const ArrayRef& x, int64_t m, float* y) {
    if (m == 0 || w.rows == 0) return;
    bool tiled = w.interleaved != nullptr && kernels().dotInterleaved != nullptr;
    if ((tiled || w.fast()) && !exactProducts()) {
        Activations activations(x, w);
        const EncodedRows& rows = activations.rows();
        if (tiled && !rows.tiles.empty()) {
            multiplyInterleaved(*w.interleaved, batch, w.rows, rows.tiles, y);
            return;
        }
        if (w.fast()) {
            multiplyCodes(w, batch, rows.codes, m, y);
            return;
        }
    }
    multiplyExact(w, batch, x->as<float>(), m, y);
}

/// The type MLX gives a product of these.
Dtype productType(const ArrayRef& x, const Packed& w) {
    return w.quant.affine() ? promote(x->dtype, w.scales->dtype) : x->dtype;
}

}  // namespace

bool exactProducts() {
    return exactSwitch.load(std::memory_order_relaxed);
}

void setExactProducts(bool exact) {
    exactSwitch.store(exact, std::memory_order_relaxed);
}

void discard(Prepared* prepared) noexcept {
    delete prepared;
}

}  // namespace cpu

namespace backend {

using namespace cpu;

ArrayRef quantizedMatmul(const ArrayRef& x, const Packed& w, bool transpose) {
    requireFloat(x, "x");
    requireRank(x, 1, "x");
    PackedView v = packedView(w);
    if (w.weight->shape.rank != 2) throw Error("the weight must have two axes, found shape " + w.weight->shape.str());
    int64_t inner = transpose ? v.k : v.rows;
    if (x->shape.back() != inner) {
        throw Error("x of shape " + x->shape.str() + " does not fit weights with " + std::to_string(inner) +
                    " input features");
    }
    if (!transpose) {
        return cast(matmul(toFloat(x), dequantize(w, Dtype::kF32)), productType(x, w));
    }
    Shape shape = leading(x->shape, 1);
    shape.push(static_cast<int32_t>(v.rows));
    ArrayRef out = allocate(Dtype::kF32, shape);
    multiplyPacked(v, 0, toFloat(x), x->size / v.k, out->out<float>());
    return cast(out, productType(x, w));
}

ArrayRef gatherQmm(const ArrayRef& x, const Packed& w, const ArrayRef& lhsIndices, const ArrayRef& rhsIndices,
                   bool transpose) {
    requireFloat(x, "x");
    requireRank(x, 2, "x");
    PackedView v = packedView(w);
    int64_t m = x->shape[x->shape.rank - 2];
    int64_t k = x->shape.back();
    if (k != (transpose ? v.k : v.rows)) {
        throw Error("x of shape " + x->shape.str() + " does not fit weights of shape " + w.weight->shape.str());
    }
    Meetings meetings(leading(x->shape, 2), v.batches, lhsIndices, rhsIndices);
    int64_t n = transpose ? v.rows : v.k;
    Shape shape = meetings.shape();
    shape.push(static_cast<int32_t>(m));
    shape.push(static_cast<int32_t>(n));
    ArrayRef out = allocate(Dtype::kF32, shape);
    auto product = [&](int64_t matrix, const ArrayRef& rows, int64_t count, float* y) {
        if (transpose) {
            multiplyPacked(v, matrix, rows, count, y);
            return;
        }
        ArrayRef floats = allocate(Dtype::kF32, Shape{static_cast<int32_t>(v.rows), v.k});
        for (int64_t row = 0; row < v.rows; row++) v.unpackRow(matrix, row, floats->out<float>() + row * v.k);
        ArrayRef multiplied = matmul(rows, floats);
        std::memcpy(y, multiplied->data, static_cast<size_t>(multiplied->bytes()));
    };
    meetings.multiply(toFloat(x), m, k, n, out->out<float>(), product);
    return cast(out, productType(x, w));
}

}  // namespace backend
}  // namespace mlxm
