// The plain twin of the vector kernels: what they are tested against, and what computes where there are none.
#include "kernels_simd.h"

namespace mlxm {
namespace cpu {
namespace {

struct Scalar {
    using F = float;
    static constexpr int W = 1;
    static constexpr int kTileRows = 4;

    static F set(float v) { return v; }
    static F load(const float* p) { return *p; }
    static void store(float* p, F v) { *p = v; }
    static F loadF16(const uint16_t* p) { return fromF16(*p); }
    static F loadBf16(const uint16_t* p) { return fromBf16(*p); }
    static F spreadF16(const uint16_t* p) { return fromF16(*p); }
    static void storeF16(uint16_t* p, F v) { *p = toF16(v); }
    static void storeBf16(uint16_t* p, F v) { *p = toBf16(v); }
    static F codes8(const uint8_t* p) { return *p; }
    static F codes4(const uint8_t*) { return 0; }  // two codes share a byte: unpacked below instead
    static void storeCodes(int8_t* p, F v) {
        float r = nearbyintf(v);
        *p = static_cast<int8_t>(r > 127 ? 127 : r > -128 ? r : -128);
    }
    static F add(F a, F b) { return a + b; }
    static F sub(F a, F b) { return a - b; }
    static F mul(F a, F b) { return a * b; }
    static F div(F a, F b) { return a / b; }
    static F fma(F a, F b, F c) { return a * b + c; }
    static F max(F a, F b) { return a > b ? a : b; }
    static F min(F a, F b) { return a < b ? a : b; }
    static F abs(F v) { return fabsf(v); }
    static F sqrt(F v) { return sqrtf(v); }
    static F round(F v) { return nearbyintf(v); }
    static F pow2(F n) { return n != n ? n : bitsToFloat(static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23); }
    static F zeroBelow(F v, F x, float limit) { return x < limit ? 0.0f : v; }
    static float hsum(F v) { return v; }
    static float hmax(F v) { return v; }
};

using Base = Simd<Scalar>;

/// Code i of a row.
int codeAt(const PackedRows& w, const uint8_t* row, int i) {
    return w.bits == 4 ? row[i / 2] >> (4 * (i & 1)) & 15 : row[i];
}

/// Where the activation that meets code i lies.
int64_t placeOf(int i, bool split) {
    return split ? (i & ~127) + (i & 1) * 64 + (i & 127) / 2 : i;
}

void unpack(const PackedRows& w, int64_t row, float* out) {
    const uint8_t* codes = w.codes + row * w.rowBytes;
    for (int i = 0; i < w.k; i++) {
        int64_t group = row * w.groups + i / w.group;
        out[i] = static_cast<float>(codeAt(w, codes, i)) * Base::scalarElement(w.element, w.scales, group) +
                 Base::scalarElement(w.element, w.biases, group);
    }
}

void unpackKv(const KvPacking& format, const uint8_t* rows, int64_t count, float* out) {
    const int groups = format.k / format.group;
    for (int64_t r = 0; r < count; r++, rows += format.rowBytes, out += format.k) {
        const auto* scales = reinterpret_cast<const uint16_t*>(rows + format.k * format.bits / 8);
        for (int i = 0; i < format.k; i++) {
            const int code = format.bits == 4 ? rows[i / 2] >> (4 * (i & 1)) & 15 : rows[i];
            out[i] = static_cast<float>(code) * fromF16(scales[i / format.group]) +
                     fromF16(scales[groups + i / format.group]);
        }
    }
}

void dotExact(const PackedRows& w, int64_t from, int count, const float* x, float* out) {
    for (int r = 0; r < count; r++) {
        const uint8_t* codes = w.codes + (from + r) * w.rowBytes;
        float total = 0;
        for (int64_t g = 0; g < w.groups; g++) {
            float s = Base::scalarElement(w.element, w.scales, (from + r) * w.groups + g);
            float b = Base::scalarElement(w.element, w.biases, (from + r) * w.groups + g);
            float part = 0;
            for (int i = static_cast<int>(g) * w.group; i < static_cast<int>(g + 1) * w.group; i++) {
                part += (static_cast<float>(codeAt(w, codes, i)) * s + b) * x[i];
            }
            total += part;
        }
        out[r] = total;
    }
}

void dotCodes(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out) {
    const int8_t* xc = x.code + row * x.codeStride;
    for (int r = 0; r < count; r++) {
        const uint8_t* codes = w.codes + (from + r) * w.rowBytes;
        float total = 0;
        for (int b = 0; b < w.k / x.block; b++) {
            int32_t dot = 0;
            for (int i = b * x.block; i < (b + 1) * x.block; i++) {
                dot += codeAt(w, codes, i) * xc[placeOf(i, x.split)];
            }
            int64_t group = (from + r) * w.groups + b * x.block / w.group;
            total += Base::scalarElement(w.element, w.scales, group) * x.scale[row * x.blockStride + b] *
                     static_cast<float>(dot);
            total += Base::scalarElement(w.element, w.biases, group) * x.sum[row * x.blockStride + b];
        }
        out[r] = total;
    }
}

void gemmCodes(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, int width) {
    int quads = x.block / 4;
    for (int i = 0; i < m; i++) {
        const int8_t* xc = x.code + (row + i) * x.codeStride;
        const float* xs = x.scale + (row + i) * x.blockStride;
        const float* sums = x.sum + (row + i) * x.blockStride;
        for (int n = 0; n < width; n++) {
            float total = 0;
            for (int b = 0; b < panel.blocks; b++) {
                const uint8_t* wc = panel.code + (static_cast<int64_t>(b) * quads * kPanelRows + n) * 4;
                int at = b * x.block;
                int64_t first = x.split ? (at & ~127) + (at & 127) / 2 : at;
                int64_t second = x.split ? first + 64 : first + x.block / 2;
                int32_t dot = 0;
                for (int q = 0; q < quads; q++) {
                    int64_t place = q < quads / 2 ? first + 4 * q : second + 4 * (q - quads / 2);
                    for (int j = 0; j < 4; j++) dot += wc[q * kPanelRows * 4 + j] * xc[place + j];
                }
                total += panel.scale[b * kPanelRows + n] * xs[b] * static_cast<float>(dot);
                total += panel.bias[b * kPanelRows + n] * sums[b];
            }
            y[i * yStride + n] = total;
        }
    }
}

/// The code of element e of a group, of row n of a panel; `codes` are the group's words.
int interleavedCode(const InterleavedRows& w, const uint8_t* codes, int e, int n) {
    if (w.bits == 8) return codes[(static_cast<int64_t>(e) / 4 * kPanelRows + n) * 4 + e % 4];
    const CodePlaces p = placesOf(w.bits, e % 32);
    auto byteOf = [&](int word) {
        return codes[(static_cast<int64_t>(e / 32 * w.bits + word) * kPanelRows + n) * 4 + p.byte];
    };
    const int low = byteOf(p.lowWord) >> p.lowShift & ((1 << p.lowBits) - 1);
    if (w.bits == p.lowBits) return w.e2m1 ? kE2M1Codes[low] : low;
    const int high = byteOf(p.highWord) >> p.highShift & ((1 << (w.bits - p.lowBits)) - 1);
    return low | high << p.lowBits;
}

void dotInterleaved(const InterleavedRows& w, int64_t panel, const CodeTile& x, float* y, int64_t yStride, int width) {
    const int64_t size = w.element == Element::kF32 ? 4 : 2;
    const int64_t header = kPanelRows * (w.e2m1 ? 1 : 2 * size);
    const int64_t groupBytes = header + kPanelRows * (w.group * w.bits / 8);
    for (int i = 0; i < x.rows; i++) {
        for (int n = 0; n < width; n++) {
            float total = 0;
            for (int b = 0; b < w.k / x.block; b++) {
                const uint8_t* group = w.data + panel * w.panelBytes + b * x.block / w.group * groupBytes;
                int32_t dot = 0;
                for (int e = b * x.block; e < (b + 1) * x.block; e++) {
                    int64_t place = placeOf(e, w.bits != 8);
                    dot += interleavedCode(w, group + header, e % w.group, n) *
                           x.code[(place / 4 * x.rows + i) * 4 + place % 4];
                }
                float scale = w.e2m1 ? bitsToFloat(static_cast<uint32_t>(group[n]) << 23) / 2
                                     : Base::scalarElement(w.element, group, n);
                float bias = w.e2m1 ? -kE2M1Shift * scale : Base::scalarElement(w.element, group, kPanelRows + n);
                total += scale * x.scale[b * x.rows + i] * static_cast<float>(dot);
                total += bias * x.sum[b * x.rows + i];
            }
            y[i * yStride + n] = total;
        }
    }
}

Kernels make() {
    Kernels k = {};
    k.isa = "scalar";
    Base::fill(k);
    k.dotExact = dotExact;
    k.unpack = unpack;
    k.unpackKv = unpackKv;
    k.dotCodes = dotCodes;
    k.gemmCodes = gemmCodes;
    k.dotInterleaved = dotInterleaved;
    k.tileRows = kCodeTileRows;
    return k;
}

}  // namespace

const Kernels* scalarKernels() {
    static const Kernels kernels = make();
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm
