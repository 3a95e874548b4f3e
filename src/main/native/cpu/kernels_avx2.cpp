// The kernels for AVX2 with FMA and F16C. vpmaddubsw adds pairs of products of unsigned and signed bytes and saturates at
// 16 bits: harmless for four-bit weights (eight such sums in a row stay below 15 * 128 * 2 * 8 = 30720), wrong for
// eight-bit ones, whose even and odd bytes are therefore widened to 16 bits and multiplied by vpmaddwd.
#include "kernels.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include <immintrin.h>

#include "kernels_simd.h"

namespace mlxm {
namespace cpu {
namespace {

/// Distance of the software prefetch within a stream of weights: about what memory delivers during its own latency.
constexpr int kAhead = 4096;

__m256i load256(const void* p) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}

__m128i load128(const void* p) {
    return _mm_loadu_si128(static_cast<const __m128i*>(p));
}

struct Avx2 {
    using F = __m256;
    static constexpr int W = 8;
    static constexpr int kTileRows = 3;

    static F set(float v) { return _mm256_set1_ps(v); }
    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static void store(float* p, F v) { _mm256_storeu_ps(p, v); }

    static F widenF16(__m128i v) { return _mm256_cvtph_ps(v); }
    static F widenBf16(__m128i v) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(v), 16)); }
    static F loadF16(const uint16_t* p) { return widenF16(load128(p)); }
    static F loadBf16(const uint16_t* p) { return widenBf16(load128(p)); }
    static F spreadF16(const uint16_t* p) { return _mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(*p))); }
    static void store128(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
    static void storeF16(uint16_t* p, F v) { store128(p, _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT)); }
    static void storeBf16(uint16_t* p, F v) {
        __m256i bits = _mm256_castps_si256(v);
        __m256i upper = _mm256_srli_epi32(bits, 16);
        __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
        __m256i bumped = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
        __m256i rounded = _mm256_srli_epi32(bumped, 16);
        __m256i quiet = _mm256_or_si256(upper, _mm256_set1_epi32(0x40));
        __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
        __m256i chosen = _mm256_blendv_epi8(rounded, quiet, nan);
        store128(p, _mm_packus_epi32(_mm256_castsi256_si128(chosen), _mm256_extracti128_si256(chosen, 1)));
    }

    static F codes4(const uint8_t* p) {
        int32_t eight;
        memcpy(&eight, p, 4);
        __m256i shifts = _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28);
        __m256i nibbles = _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(eight), shifts), _mm256_set1_epi32(15));
        return _mm256_cvtepi32_ps(nibbles);
    }
    static F codes8(const uint8_t* p) {
        return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
    }
    static void storeCodes(int8_t* p, F v) {
        __m256i wide = _mm256_cvtps_epi32(v);
        __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
    }

    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F div(F a, F b) { return _mm256_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F max(F a, F b) { return _mm256_max_ps(a, b); }
    static F min(F a, F b) { return _mm256_min_ps(a, b); }
    static F abs(F v) { return _mm256_andnot_ps(set(-0.0f), v); }
    static F sqrt(F v) { return _mm256_sqrt_ps(v); }
    static F round(F v) { return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    /// NaN gives 1.
    static F pow2(F n) {
        __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
        return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
    }
    static F zeroBelow(F v, F x, float limit) { return _mm256_and_ps(v, _mm256_cmp_ps(x, set(limit), _CMP_NLT_UQ)); }
    static float hsum(F v) {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }
    static float hmax(F v) {
        __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_max_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
    }
};

}  // namespace
}  // namespace cpu
}  // namespace mlxm

#include "kernels_avx2_tiles.h"

namespace mlxm {
namespace cpu {
namespace {

/// Up to eight elements as floats, zeros after `count`; reads nothing beyond.
__m256 loadSome(Element element, const void* p, int64_t at, int64_t count) {
    if (element == Element::kF32) {
        const float* floats = static_cast<const float*>(p) + at;
        if (count >= 8) return _mm256_loadu_ps(floats);
        __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_maskload_ps(floats, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes));
    }
    const uint16_t* halves = static_cast<const uint16_t*>(p) + at;
    __m128i v;
    if (count >= 8) {
        v = load128(halves);
    } else {
        uint64_t low = 0;
        uint64_t high = 0;
        if (count >= 4) memcpy(&low, halves, 8);
        for (int64_t i = count - 1; i >= (count & 4); i--) high = high << 16 | halves[i];
        v = count >= 4 ? _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low))
                       : _mm_set_epi64x(0, static_cast<long long>(high));
    }
    return element == Element::kF16 ? Avx2::widenF16(v) : Avx2::widenBf16(v);
}

__m256i iota() {
    return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
}

/// The sums of a row of weights with one row of activations: scaled products, and biases.
struct RowSums {
    __m256 products;
    __m256 biases;
};

/// Activations that meet 32 bytes of weights: even and odd codes, as bytes for four-bit weights, else as words.
struct Pair {
    __m256i even;
    __m256i odd;
};

template <int BITS>
inline Pair activations(const int8_t* x) {
    if (BITS == 4) return {load256(x), load256(x + 64)};
    __m256i bytes = load256(x);
    return {_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
}

/// Four or eight products to a lane, exactly.
template <int BITS>
inline __m256i products(__m256i w, const Pair& x) {
    if (BITS == 4) {
        const __m256i low = _mm256_set1_epi8(15);
        __m256i even = _mm256_maddubs_epi16(_mm256_and_si256(w, low), x.even);
        __m256i odd = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(w, 4), low), x.odd);
        return _mm256_madd_epi16(_mm256_add_epi16(even, odd), _mm256_set1_epi16(1));
    }
    __m256i even = _mm256_madd_epi16(_mm256_and_si256(w, _mm256_set1_epi16(255)), x.even);
    return _mm256_add_epi32(even, _mm256_madd_epi16(_mm256_srli_epi16(w, 8), x.odd));
}

/// Adds the block or the two blocks in `dots`. `blockOfLane` says which of the eight scales belongs to which lane.
inline void addScaled(__m256i dots, __m256 scales, __m256i blockOfLane, RowSums& sums) {
    __m256 scale = _mm256_permutevar8x32_ps(scales, blockOfLane);
    sums.products = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), scale, sums.products);
}

/// R rows at a time, in spans of eight blocks, whose scales fill a register. A step is 64 four-bit codes (one block or
/// two) or a block of eight-bit ones.
template <int BITS, int BLOCK, int R>
void dotSome(const PackedRows& w, int64_t from, const int8_t* code, const float* scale, const float* sum, float* out) {
    constexpr int kStepCodes = BITS == 4 ? 64 : BLOCK;
    constexpr int kStepBytes = kStepCodes * BITS / 8;  // 32 or 64
    constexpr int kStepBlocks = kStepCodes / BLOCK;    // 1 or 2
    constexpr int kSpanBytes = 8 * BLOCK * BITS / 8;
    const int shift = (w.group / BLOCK) >> 1;  // groups have 1, 2 or 4 blocks
    const __m256i spread = _mm256_srl_epi32(iota(), _mm_cvtsi32_si128(shift));
    const __m256i laneBlocks = _mm256_srli_epi32(iota(), kStepBlocks == 2 ? 2 : 3);
    const int64_t bytes = static_cast<int64_t>(w.k) * BITS / 8;
    const uint8_t* row = w.codes + from * w.rowBytes;
    RowSums sums[R];
    for (int r = 0; r < R; r++) sums[r].products = sums[r].biases = _mm256_setzero_ps();

    for (int64_t done = 0; done < bytes; done += kSpanBytes) {
        const int64_t block = done / kStepBytes * kStepBlocks;
        const int64_t group = block >> shift;
        const __m256 xScales = _mm256_loadu_ps(scale + block);
        const __m256 xSums = _mm256_loadu_ps(sum + block);
        __m256 scales[R];
        for (int r = 0; r < R; r++) {
            int64_t at = (from + r) * w.groups + group;
            __m256 s = loadSome(w.element, w.scales, at, w.groups - group);
            __m256 b = loadSome(w.element, w.biases, at, w.groups - group);
            scales[r] = _mm256_mul_ps(_mm256_permutevar8x32_ps(s, spread), xScales);
            sums[r].biases = _mm256_fmadd_ps(_mm256_permutevar8x32_ps(b, spread), xSums, sums[r].biases);
        }
        const int64_t end = bytes - done < kSpanBytes ? bytes : done + kSpanBytes;
        __m256i blocks = laneBlocks;
        int64_t at = done;
        for (; at + kStepBytes <= end; at += kStepBytes) {
            const uint8_t* p = row + at;
            // Four-bit weights come split: 64 even codes, then 64 odd ones.
            const int8_t* x = BITS == 4 ? code + (at & ~int64_t{63}) * 2 + (at & 63) : code + at;
            const Pair first = activations<BITS>(x);
            const Pair second = kStepBytes == 64 ? activations<BITS>(x + 32) : first;
            for (int r = 0; r < R; r++) {
                const uint8_t* q = p + r * w.rowBytes;
                _mm_prefetch(reinterpret_cast<const char*>(q + kAhead), _MM_HINT_T0);
                __m256i dots = products<BITS>(load256(q), first);
                if (kStepBytes == 64) dots = _mm256_add_epi32(dots, products<BITS>(load256(q + 32), second));
                addScaled(dots, scales[r], blocks, sums[r]);
            }
            blocks = _mm256_add_epi32(blocks, _mm256_set1_epi32(kStepBlocks));
        }
        if (BITS == 4 && at < end) {
            // Half a step is left: the activations that it would meet are padded with zeros, the weights are not.
            const Pair x = activations<BITS>(code + (at & ~int64_t{63}) * 2 + (at & 63));
            for (int r = 0; r < R; r++) {
                __m256i half = _mm256_zextsi128_si256(load128(row + at + r * w.rowBytes));
                addScaled(products<BITS>(half, x), scales[r], blocks, sums[r]);
            }
        }
    }
    for (int r = 0; r < R; r++) out[r] = Avx2::hsum(_mm256_add_ps(sums[r].products, sums[r].biases));
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

int32_t fourCodes(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, 4);
    return four;
}

/// The integer sums of one block of M rows by a panel of four-bit weights (which come with split activations).
template <int M, int BLOCK>
inline void blockDots4(const uint8_t* w, const int8_t* x, int64_t stride, __m256i (&dots)[M][2]) {
    // Eight quads fit into 16 bits.
#pragma GCC unroll 2
    for (int from = 0; from < BLOCK / 4; from += 8) {
        __m256i words[M][2];
#pragma GCC unroll 8
        for (int q = 0; q < 8; q++) {
            constexpr int kHalf = BLOCK / 8;
            const int quad = from + q;
            const int8_t* p = x + (quad < kHalf ? 4 * quad : 64 + 4 * (quad - kHalf));
            const __m256i w0 = load256(w + quad * 64);
            const __m256i w1 = load256(w + quad * 64 + 32);
            for (int i = 0; i < M; i++) {
                const __m256i four = _mm256_set1_epi32(fourCodes(p + i * stride));
                const __m256i p0 = _mm256_maddubs_epi16(w0, four);
                const __m256i p1 = _mm256_maddubs_epi16(w1, four);
                words[i][0] = q == 0 ? p0 : _mm256_add_epi16(words[i][0], p0);
                words[i][1] = q == 0 ? p1 : _mm256_add_epi16(words[i][1], p1);
            }
        }
        const __m256i ones = _mm256_set1_epi16(1);
        for (int i = 0; i < M; i++) {
            for (int v = 0; v < 2; v++) {
                const __m256i sums = _mm256_madd_epi16(words[i][v], ones);
                dots[i][v] = from == 0 ? sums : _mm256_add_epi32(dots[i][v], sums);
            }
        }
    }
}

/// The same for eight-bit weights. The activations are widened first: words[i] has the even and then the odd codes.
template <int M, int BLOCK>
inline void blockDots8(const uint8_t* w, const int8_t* x, int64_t stride, __m256i (&dots)[M][2]) {
    int32_t words[M][2][BLOCK / 4];
    for (int i = 0; i < M; i++) {
        for (int c = 0; c < BLOCK; c += 32) {
            const Pair pair = activations<8>(x + i * stride + c);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(&words[i][0][c / 4]), pair.even);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(&words[i][1][c / 4]), pair.odd);
        }
        dots[i][0] = dots[i][1] = _mm256_setzero_si256();
    }
    for (int quad = 0; quad < BLOCK / 4; quad++) {
        for (int v = 0; v < 2; v++) {
            const __m256i bytes = load256(w + quad * 64 + v * 32);
            const __m256i even = _mm256_and_si256(bytes, _mm256_set1_epi16(255));
            const __m256i odd = _mm256_srli_epi16(bytes, 8);
            for (int i = 0; i < M; i++) {
                __m256i sum = _mm256_madd_epi16(even, _mm256_set1_epi32(words[i][0][quad]));
                sum = _mm256_add_epi32(sum, _mm256_madd_epi16(odd, _mm256_set1_epi32(words[i][1][quad])));
                dots[i][v] = _mm256_add_epi32(dots[i][v], sum);
            }
        }
    }
}

void storeSome(float* y, __m256 low, __m256 high, int width) {
    if (width == kPanelRows) {
        _mm256_storeu_ps(y, low);
        _mm256_storeu_ps(y + 8, high);
        return;
    }
    float t[kPanelRows];
    _mm256_storeu_ps(t, low);
    _mm256_storeu_ps(t + 8, high);
    memcpy(y, t, sizeof(float) * static_cast<size_t>(width));
}

/// M rows of activations by a panel. The sums of a block stay integers and are scaled at its end.
template <int M, int BLOCK, bool SPLIT>
void gemmTile(const CodePanel& panel, const Codes& x, int64_t row, float* y, int64_t yStride, int width) {
    const int64_t stride = x.codeStride;
    const int8_t* code = x.code + row * stride;
    const float* scale = x.scale + row * x.blockStride;
    const float* sum = x.sum + row * x.blockStride;
    __m256 total[M][2];
    for (int i = 0; i < M; i++) total[i][0] = total[i][1] = _mm256_setzero_ps();
    for (int b = 0; b < panel.blocks; b++) {
        const int64_t at = static_cast<int64_t>(b) * BLOCK;
        const uint8_t* w = panel.code + at * kPanelRows;
        __m256i dots[M][2];
        if constexpr (SPLIT) {
            blockDots4<M, BLOCK>(w, code + (at & ~int64_t{127}) + (at & 127) / 2, stride, dots);
        } else {
            blockDots8<M, BLOCK>(w, code + at, stride, dots);
        }
        for (int v = 0; v < 2; v++) {
            const __m256 wScale = _mm256_loadu_ps(panel.scale + b * kPanelRows + v * 8);
            const __m256 wBias = _mm256_loadu_ps(panel.bias + b * kPanelRows + v * 8);
            for (int i = 0; i < M; i++) {
                const __m256 xScale = _mm256_set1_ps(scale[i * x.blockStride + b]);
                const __m256 xSum = _mm256_set1_ps(sum[i * x.blockStride + b]);
                const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[i][v]), xScale);
                total[i][v] = _mm256_fmadd_ps(wBias, xSum, _mm256_fmadd_ps(scaled, wScale, total[i][v]));
            }
        }
    }
    for (int i = 0; i < M; i++) storeSome(y + i * yStride, total[i][0], total[i][1], width);
}

template <int BLOCK, bool SPLIT>
void gemmAll(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, int width) {
    int i = 0;
    for (; i + 4 <= m; i += 4) gemmTile<4, BLOCK, SPLIT>(panel, x, row + i, y + i * yStride, yStride, width);
    for (; i + 2 <= m; i += 2) gemmTile<2, BLOCK, SPLIT>(panel, x, row + i, y + i * yStride, yStride, width);
    if (i < m) gemmTile<1, BLOCK, SPLIT>(panel, x, row + i, y + i * yStride, yStride, width);
}

/// Split activations mean four-bit weights.
void gemmCodes(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, int width) {
    if (x.split) {
        x.block == 32 ? gemmAll<32, true>(panel, x, row, m, y, yStride, width)
                      : gemmAll<64, true>(panel, x, row, m, y, yStride, width);
    } else {
        x.block == 32 ? gemmAll<32, false>(panel, x, row, m, y, yStride, width)
                      : gemmAll<64, false>(panel, x, row, m, y, yStride, width);
    }
}

Kernels make() {
    Kernels k = {};
    k.isa = "avx2";
    Simd<Avx2>::fill(k);
    k.dotCodes = dotCodes;
    k.gemmCodes = gemmCodes;
    k.dotInterleaved = dotInterleaved;
    k.tileRows = kTileOfRows;
    return k;
}

}  // namespace

const Kernels* avx2Kernels() {
    static const Kernels kernels = make();
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm

#else

namespace mlxm {
namespace cpu {

const Kernels* avx2Kernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm

#endif
