// The kernels for AVX-512 with VNNI, whose vpdpbusd adds four products of unsigned and signed bytes to each 32-bit lane
// and never saturates in between.
#include "kernels.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && \
    defined(__AVX512VNNI__)

#include "kernels_avx512.h"

namespace mlxm {
namespace cpu {
namespace {

/// Distance of the software prefetch within a stream of weights: about what memory delivers during its own latency.
constexpr int kAhead = 4096;

__m512i iota() {
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// The sums of a row of weights with one row of activations: scaled products, and biases.
struct RowSums {
    __m512 products;
    __m512 biases;
};

/// Adds 64 bytes of one row. `blockOfLane` says which of the sixteen scales belongs to which lane.
template <int BITS>
inline void addStep(__m512i w, const int8_t* x, __m512 scales, __m512i blockOfLane, RowSums& sums) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512i dots = _mm512_setzero_si512();
    if (BITS == 4) {
        dots = _mm512_dpbusd_epi32(dots, _mm512_and_si512(w, low), _mm512_loadu_si512(x));
        dots = _mm512_dpbusd_epi32(dots, _mm512_and_si512(_mm512_srli_epi16(w, 4), low), _mm512_loadu_si512(x + 64));
    } else {
        dots = _mm512_dpbusd_epi32(dots, w, _mm512_loadu_si512(x));
    }
    __m512 scale = _mm512_permutexvar_ps(blockOfLane, scales);
    sums.products = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), scale, sums.products);
}

/// R rows at a time, in spans of sixteen blocks, whose scales fill a register.
template <int BITS, int BLOCK, int R>
void dotSome(const PackedRows& w, int64_t from, const int8_t* code, const float* scale, const float* sum, float* out) {
    constexpr int kCodes = 512 / BITS;            // in 64 bytes
    constexpr int kStepBlocks = kCodes / BLOCK;   // 1, 2 or 4
    constexpr int kSteps = 16 / kStepBlocks;      // in a span
    const int shift = (w.group / BLOCK) >> 1;     // groups have 1, 2 or 4 blocks
    const __m512i spread = _mm512_srl_epi32(iota(), _mm_cvtsi32_si128(shift));
    const __m512i laneBlocks = _mm512_srli_epi32(iota(), kStepBlocks == 4 ? 2 : kStepBlocks == 2 ? 3 : 4);
    const int64_t bytes = static_cast<int64_t>(w.k) * BITS / 8;
    const uint8_t* row = w.codes + from * w.rowBytes;
    RowSums sums[R];
    for (int r = 0; r < R; r++) sums[r].products = sums[r].biases = _mm512_setzero_ps();

    for (int64_t done = 0; done < bytes; done += 64 * kSteps) {
        const int64_t block = done / 64 * kStepBlocks;
        const int64_t group = block >> shift;
        const __m512 xScales = _mm512_loadu_ps(scale + block);
        const __m512 xSums = _mm512_loadu_ps(sum + block);
        const int8_t* x = code + block * BLOCK;
        const uint8_t* p = row + done;
        __m512 scales[R];
        for (int r = 0; r < R; r++) {
            int64_t at = (from + r) * w.groups + group;
            __m512 s = loadSome(w.element, w.scales, at, w.groups - group);
            __m512 b = loadSome(w.element, w.biases, at, w.groups - group);
            scales[r] = _mm512_mul_ps(_mm512_permutexvar_ps(spread, s), xScales);
            sums[r].biases = _mm512_fmadd_ps(_mm512_permutexvar_ps(spread, b), xSums, sums[r].biases);
        }
        if (bytes - done >= 64 * kSteps) {
#pragma GCC unroll 16
            for (int step = 0; step < kSteps; step++) {
                const __m512i blocks = _mm512_add_epi32(laneBlocks, _mm512_set1_epi32(step * kStepBlocks));
                for (int r = 0; r < R; r++) {
                    const uint8_t* q = p + r * w.rowBytes + step * 64;
                    _mm_prefetch(reinterpret_cast<const char*>(q + kAhead), _MM_HINT_T0);
                    addStep<BITS>(_mm512_loadu_si512(q), x + step * kCodes, scales[r], blocks, sums[r]);
                }
            }
            continue;
        }
        __m512i blocks = laneBlocks;
        for (int64_t left = bytes - done; left > 0; left -= 64, p += 64, x += kCodes) {
            const __mmask64 mask = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
            for (int r = 0; r < R; r++) {
                const uint8_t* q = p + r * w.rowBytes;
                _mm_prefetch(reinterpret_cast<const char*>(q + kAhead), _MM_HINT_T0);
                addStep<BITS>(_mm512_maskz_loadu_epi8(mask, q), x, scales[r], blocks, sums[r]);
            }
            blocks = _mm512_add_epi32(blocks, _mm512_set1_epi32(kStepBlocks));
        }
    }
    for (int r = 0; r < R; r++) out[r] = _mm512_reduce_add_ps(_mm512_add_ps(sums[r].products, sums[r].biases));
}

template <int BITS, int BLOCK>
void dotAll(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out) {
    const int8_t* code = x.code + row * x.codeStride;
    const float* scale = x.scale + row * x.blockStride;
    const float* sum = x.sum + row * x.blockStride;
    int r = 0;
    for (; r + 2 <= count; r += 2) dotSome<BITS, BLOCK, 2>(w, from + r, code, scale, sum, out + r);
    if (r < count) dotSome<BITS, BLOCK, 1>(w, from + r, code, scale, sum, out + r);
}

void dotCodes(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out) {
    if (x.split != (w.bits == 4)) {
        // An order of activations that these weights never meet.
        scalarKernels()->dotCodes(w, from, count, x, row, out);
    } else if (w.bits == 4) {
        x.block == 32 ? dotAll<4, 32>(w, from, count, x, row, out) : dotAll<4, 64>(w, from, count, x, row, out);
    } else {
        x.block == 32 ? dotAll<8, 32>(w, from, count, x, row, out) : dotAll<8, 64>(w, from, count, x, row, out);
    }
}

/// M rows of activations by a panel. The sums of a block stay integers, one register a row, and are scaled at its end.
template <int M, int BLOCK>
void gemmTile(const CodePanel& panel, const Codes& x, int64_t row, float* y, int64_t yStride, __mmask16 columns) {
    constexpr int kHalf = BLOCK / 8;
    const int64_t stride = x.codeStride;
    const int64_t half = x.split ? 64 : BLOCK / 2;
    const int8_t* code = x.code + row * stride;
    const float* scale = x.scale + row * x.blockStride;
    const float* sum = x.sum + row * x.blockStride;
    const uint8_t* w = panel.code;
    __m512 total[M];
    for (int i = 0; i < M; i++) total[i] = _mm512_setzero_ps();
    for (int b = 0; b < panel.blocks; b++) {
        const int64_t at = static_cast<int64_t>(b) * BLOCK;
        const int8_t* part = code + (x.split ? (at & ~int64_t{127}) + (at & 127) / 2 : at);
        __m512i dots[M];
        for (int i = 0; i < M; i++) dots[i] = _mm512_setzero_si512();
        for (int h = 0; h < 2; h++, part += half) {
#pragma GCC unroll 8
            for (int q = 0; q < kHalf; q++, w += 64) {
                const __m512i weights = _mm512_loadu_si512(w);
#pragma GCC unroll 12
                for (int i = 0; i < M; i++) {
                    int32_t four;
                    memcpy(&four, part + i * stride + 4 * q, 4);
                    dots[i] = _mm512_dpbusd_epi32(dots[i], weights, _mm512_set1_epi32(four));
                }
            }
        }
        const __m512 wScale = _mm512_loadu_ps(panel.scale + b * kPanelRows);
        const __m512 wBias = _mm512_loadu_ps(panel.bias + b * kPanelRows);
        for (int i = 0; i < M; i++) {
            const __m512 xScale = _mm512_set1_ps(scale[i * x.blockStride + b]);
            const __m512 xSum = _mm512_set1_ps(sum[i * x.blockStride + b]);
            total[i] = _mm512_fmadd_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(dots[i]), xScale), wScale, total[i]);
            total[i] = _mm512_fmadd_ps(wBias, xSum, total[i]);
        }
    }
    for (int i = 0; i < M; i++) _mm512_mask_storeu_ps(y + i * yStride, columns, total[i]);
}

constexpr int kGemmRows = 12;

template <int M, int BLOCK>
void gemmRows(int m, const CodePanel& panel, const Codes& x, int64_t row, float* y, int64_t yStride, __mmask16 columns) {
    if constexpr (M > 1) {
        if (m < M) return gemmRows<M - 1, BLOCK>(m, panel, x, row, y, yStride, columns);
    }
    gemmTile<M, BLOCK>(panel, x, row, y, yStride, columns);
}

template <int BLOCK>
void gemmAll(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, __mmask16 columns) {
    // Tiles of about the same height: sixteen rows are done faster as 8 + 8 than as 12 + 4.
    for (int left = m, tiles = (m + kGemmRows - 1) / kGemmRows; tiles > 0; tiles--) {
        int rows = (left + tiles - 1) / tiles;
        gemmRows<kGemmRows, BLOCK>(rows, panel, x, row, y, yStride, columns);
        left -= rows;
        row += rows;
        y += rows * yStride;
    }
}

void gemmCodes(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, int width) {
    if (x.block == 32) {
        gemmAll<32>(panel, x, row, m, y, yStride, firstLanes(width));
    } else {
        gemmAll<64>(panel, x, row, m, y, yStride, firstLanes(width));
    }
}

inline __m512i addQuad(__m512i dots, __m512i weights, const int8_t* quad) {
    int32_t four;
    memcpy(&four, quad, 4);
    return _mm512_dpbusd_epi32(dots, weights, _mm512_set1_epi32(four));
}

/// A tile of M rows by an interleaved panel. All of a tile lies at constant distances from one pointer.
template <int M, int BITS, int BLOCK>
void interleavedTile(const InterleavedRows& w, const uint8_t* p, const CodeTile& x, float* y, int64_t yStride,
                     __mmask16 columns) {
    constexpr int kWords = BLOCK * BITS / 32;
    constexpr int kQuad = M * 4;
    const __m512i low = _mm512_set1_epi8(15);
    const int64_t header = w.element == Element::kF32 ? 64 : 32;
    const float* scale = x.scale;
    const float* sum = x.sum;
    const int perGroup = w.group / BLOCK;
    const int groups = w.k / w.group;
    __m512 total[M];
    for (int i = 0; i < M; i++) total[i] = _mm512_setzero_ps();
    int64_t at = 0;
    for (int g = 0; g < groups; g++) {
        const __m512 wScale = sixteen(w.element, p);
        const __m512 wBias = sixteen(w.element, p + header);
        p += 2 * header;
        for (int inGroup = 0; inGroup < perGroup; inGroup++, at += BLOCK, scale += M, sum += M) {
            // Of 128 elements split, the even ones fill quads 0 to 15 and the odd ones those from 16 on.
            const int8_t* code = x.code + (BITS == 4 ? at / 128 * 32 + at % 128 / 8 : at / 4) * kQuad;
            __m512i dots[M];
            for (int i = 0; i < M; i++) dots[i] = _mm512_setzero_si512();
#pragma GCC unroll 16
            for (int q = 0; q < kWords; q++, p += 64) {
                _mm_prefetch(reinterpret_cast<const char*>(p + kAhead), _MM_HINT_T0);
                const __m512i words = _mm512_loadu_si512(p);
                const __m512i first = BITS == 4 ? _mm512_and_si512(words, low) : words;
                const __m512i second = _mm512_and_si512(_mm512_srli_epi16(words, 4), low);
#pragma GCC unroll 12
                for (int i = 0; i < M; i++) dots[i] = addQuad(dots[i], first, code + q * kQuad + i * 4);
                if (BITS == 4) {
#pragma GCC unroll 12
                    for (int i = 0; i < M; i++) dots[i] = addQuad(dots[i], second, code + (q + 16) * kQuad + i * 4);
                }
            }
            for (int i = 0; i < M; i++) {
                const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(dots[i]), wScale);
                total[i] = _mm512_fmadd_ps(scaled, _mm512_set1_ps(scale[i]), total[i]);
                total[i] = _mm512_fmadd_ps(wBias, _mm512_set1_ps(sum[i]), total[i]);
            }
        }
    }
    for (int i = 0; i < M; i++) _mm512_mask_storeu_ps(y + i * yStride, columns, total[i]);
}

template <int M, int BITS, int BLOCK>
void interleavedRows(const InterleavedRows& w, const uint8_t* p, const CodeTile& x, float* y, int64_t yStride,
                     __mmask16 columns) {
    if constexpr (M > 1) {
        if (x.rows < M) return interleavedRows<M - 1, BITS, BLOCK>(w, p, x, y, yStride, columns);
    }
    interleavedTile<M, BITS, BLOCK>(w, p, x, y, yStride, columns);
}

void dotInterleaved(const InterleavedRows& w, int64_t panel, const CodeTile& x, float* y, int64_t yStride, int width) {
    if (w.e2m1 || (w.bits != 4 && w.bits != 8)) {
        avx2Kernels()->dotInterleaved(w, panel, x, y, yStride, width);
        return;
    }
    const uint8_t* p = w.data + panel * w.panelBytes;
    const __mmask16 columns = firstLanes(width);
    if (w.bits == 4) {
        x.block == 32 ? interleavedRows<kCodeTileRows, 4, 32>(w, p, x, y, yStride, columns)
                      : interleavedRows<kCodeTileRows, 4, 64>(w, p, x, y, yStride, columns);
    } else {
        x.block == 32 ? interleavedRows<kCodeTileRows, 8, 32>(w, p, x, y, yStride, columns)
                      : interleavedRows<kCodeTileRows, 8, 64>(w, p, x, y, yStride, columns);
    }
}

/// Sixteen rows of sixteen floats, columns to rows.
inline void transpose16(const float* in, int64_t stride, float* out) {
    __m512 a[16];
    __m512 b[16];
    for (int i = 0; i < 16; i++) a[i] = _mm512_loadu_ps(in + i * stride);
    for (int i = 0; i < 16; i += 4) {
        __m512 p = _mm512_unpacklo_ps(a[i], a[i + 1]);
        __m512 q = _mm512_unpackhi_ps(a[i], a[i + 1]);
        __m512 r = _mm512_unpacklo_ps(a[i + 2], a[i + 3]);
        __m512 s = _mm512_unpackhi_ps(a[i + 2], a[i + 3]);
        b[i] = _mm512_shuffle_ps(p, r, 0x44);
        b[i + 1] = _mm512_shuffle_ps(p, r, 0xee);
        b[i + 2] = _mm512_shuffle_ps(q, s, 0x44);
        b[i + 3] = _mm512_shuffle_ps(q, s, 0xee);
    }
    // b[4 j + c] holds, in lane l, column 4 l + c of rows 4 j to 4 j + 3.
    for (int c = 0; c < 4; c++) {
        __m512 p = _mm512_shuffle_f32x4(b[c], b[4 + c], 0x88);
        __m512 q = _mm512_shuffle_f32x4(b[c], b[4 + c], 0xdd);
        __m512 r = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0x88);
        __m512 s = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0xdd);
        _mm512_storeu_ps(out + static_cast<int64_t>(c) * kPanelWidth, _mm512_shuffle_f32x4(p, r, 0x88));
        _mm512_storeu_ps(out + static_cast<int64_t>(8 + c) * kPanelWidth, _mm512_shuffle_f32x4(p, r, 0xdd));
        _mm512_storeu_ps(out + static_cast<int64_t>(4 + c) * kPanelWidth, _mm512_shuffle_f32x4(q, s, 0x88));
        _mm512_storeu_ps(out + static_cast<int64_t>(12 + c) * kPanelWidth, _mm512_shuffle_f32x4(q, s, 0xdd));
    }
}

void panel(const float* rows, int k, int width, float* out) {
    if (width != kPanelWidth || k % 16 != 0) return Simd<Avx512>::panel(rows, k, width, out);
    for (int j = 0; j < k; j += 16) {
        transpose16(rows + j, k, out + static_cast<int64_t>(j) * kPanelWidth);
        transpose16(rows + static_cast<int64_t>(16) * k + j, k, out + static_cast<int64_t>(j) * kPanelWidth + 16);
    }
}

Kernels make() {
    Kernels k = {};
    k.isa = "avx512";
    Simd<Avx512>::fill(k);
    k.panel = panel;
    k.dotCodes = dotCodes;
    k.gemmCodes = gemmCodes;
    k.dotInterleaved = dotInterleaved;
    k.tileRows = kCodeTileRows;
    return k;
}

}  // namespace

const Kernels* avx512Kernels() {
    static const Kernels kernels = make();
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm

#else

namespace mlxm {
namespace cpu {

const Kernels* avx512Kernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm

#endif
