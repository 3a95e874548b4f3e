// Products with interleaved weights for AVX2. Included once, by kernels_avx2.cpp, into an anonymous namespace.
//
// vpmaddubsw adds pairs of products of unsigned and signed bytes at 16 bits, so codes of few bits can be added up for a
// while before they are widened; codes of eight bits go as two nibbles. A block's sums are integers and exact.
#pragma once

#include <immintrin.h>
#include <string.h>

#include "kernels.h"

namespace mlxm {
namespace cpu {
namespace {

/// Rows of activations done at a time: with sixteen rows of weights their sums take ten of the sixteen registers.
constexpr int kTileOfRows = 5;

/// Distance of the software prefetch within a panel.
constexpr int kPanelAhead = 4096;

/// What the codes of a panel are: so many bits, or numbers of E2M1.
enum class Coding { k2 = 2, k3 = 3, k4 = 4, k5 = 5, k6 = 6, k8 = 8, kE2M1 = 16 };

constexpr int bitsOf(Coding c) {
    return c == Coding::kE2M1 ? 4 : static_cast<int>(c);
}

/// Quads whose sums fit into 16 bits: code * 127 * 2 for each.
constexpr int quadsTogether(Coding c) {
    return c == Coding::k6 ? 2 : c == Coding::k5 || c == Coding::kE2M1 ? 4 : 8;
}

inline __m256i panelWord(const uint8_t* p, int word, int half) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + word * 64 + half * 32));
}

/// Moves bits from `from` to `to` within bytes and keeps those of `mask`, which must not reach over a byte's edge.
template <int FROM, int TO>
inline __m256i moved(__m256i v, int mask) {
    const __m256i shifted = FROM > TO   ? _mm256_srli_epi16(v, FROM > TO ? FROM - TO : 0)
                            : FROM < TO ? _mm256_slli_epi16(v, FROM < TO ? TO - FROM : 0)
                                        : v;
    return _mm256_and_si256(shifted, _mm256_set1_epi8(static_cast<char>(mask)));
}

/// The codes of quad QUAD (of eight) of 32 elements for eight rows; see placesOf.
template <Coding C, int QUAD>
inline __m256i panelQuad(const uint8_t* p, int half) {
    constexpr int kBits = bitsOf(C);
    if constexpr (kBits >= 4) {
        const __m256i low = moved<QUAD % 2 * 4, 0>(panelWord(p, QUAD / 2, half), 15);
        if constexpr (C == Coding::kE2M1) {
            const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kE2M1Codes));
            return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(table), low);
        }
        if constexpr (kBits == 5) return _mm256_or_si256(low, moved<QUAD, 4>(panelWord(p, 4, half), 0x10));
        if constexpr (kBits == 6) {
            return _mm256_or_si256(low, moved<QUAD % 4 * 2, 4>(panelWord(p, 4 + QUAD / 4, half), 0x30));
        }
        return low;
    } else {
        const __m256i low = moved<QUAD % 4 * 2, 0>(panelWord(p, QUAD / 4, half), 3);
        if constexpr (kBits == 3) return _mm256_or_si256(low, moved<QUAD, 2>(panelWord(p, 2, half), 4));
        return low;
    }
}

/// The sum with another product, here and now: a compiler that is free to reorder integer additions computes all products
/// first, has no registers for them and sends them through memory.
inline __m256i addedInOrder(__m256i sum, __m256i product) {
    sum = _mm256_add_epi16(sum, product);
    __asm__("" : "+x"(sum));
    return sum;
}

inline __m256i fourCodesEverywhere(const int8_t* p) {
    int32_t four;
    memcpy(&four, p, 4);
    return _mm256_set1_epi32(four);
}

/// Adds sums of 16 bits to those of 32.
inline __m256i widened(__m256i dots, __m256i words, int factor) {
    return _mm256_add_epi32(dots, _mm256_madd_epi16(words, _mm256_set1_epi16(static_cast<short>(factor))));
}

/// Adds one quad of weights times M rows to sums of 16 bits, which it starts when FIRST.
template <Coding C, int QUAD, int M, bool FIRST>
inline void addPanelQuad(const uint8_t* p, const int8_t* x, __m256i (&words)[M][2]) {
    const __m256i w0 = panelQuad<C, QUAD>(p, 0);
    const __m256i w1 = panelQuad<C, QUAD>(p, 1);
#pragma GCC unroll 5
    for (int i = 0; i < M; i++) {
        const __m256i four = fourCodesEverywhere(x + i * 4);
        const __m256i p0 = _mm256_maddubs_epi16(w0, four);
        const __m256i p1 = _mm256_maddubs_epi16(w1, four);
        words[i][0] = FIRST ? p0 : addedInOrder(words[i][0], p0);
        words[i][1] = FIRST ? p1 : addedInOrder(words[i][1], p1);
    }
}

template <Coding C, int QUAD, int M>
inline void addPanelQuads(const uint8_t* p, const int8_t* even, const int8_t* odd, int64_t stride,
                          __m256i (&words)[M][2], __m256i (&dots)[M][2]) {
    if constexpr (QUAD < 8) {
        constexpr int kTogether = quadsTogether(C);
        addPanelQuad<C, QUAD, M, QUAD % kTogether == 0>(p, (QUAD % 2 == 0 ? even : odd) + QUAD / 2 * stride, words);
        if constexpr (QUAD % kTogether == kTogether - 1) {
#pragma GCC unroll 5
            for (int i = 0; i < M; i++) {
                dots[i][0] = widened(dots[i][0], words[i][0], 1);
                dots[i][1] = widened(dots[i][1], words[i][1], 1);
            }
        }
        addPanelQuads<C, QUAD + 1, M>(p, even, odd, stride, words, dots);
    }
}

/// 32 elements of eight bits: high and low nibbles apart, eight rows of weights after the other.
template <int M>
inline void addPanelBytes(const uint8_t* p, const int8_t* x, int64_t stride, __m256i (&dots)[M][2]) {
    const __m256i mask = _mm256_set1_epi8(15);
    for (int half = 0; half < 2; half++) {
        __m256i low[M];
        __m256i high[M];
#pragma GCC unroll 8
        for (int quad = 0; quad < 8; quad++) {
            const __m256i bytes = panelWord(p, quad, half);
            const __m256i lows = _mm256_and_si256(bytes, mask);
            const __m256i highs = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
#pragma GCC unroll 5
            for (int i = 0; i < M; i++) {
                const __m256i four = fourCodesEverywhere(x + quad * stride + i * 4);
                const __m256i l = _mm256_maddubs_epi16(lows, four);
                const __m256i h = _mm256_maddubs_epi16(highs, four);
                low[i] = quad == 0 ? l : addedInOrder(low[i], l);
                high[i] = quad == 0 ? h : addedInOrder(high[i], h);
            }
        }
#pragma GCC unroll 5
        for (int i = 0; i < M; i++) {
            dots[i][half] = widened(widened(dots[i][half], low[i], 1), high[i], 16);
        }
    }
}

inline __m256 eightElements(Element element, const uint8_t* p, int from) {
    if (element == Element::kF32) return _mm256_loadu_ps(reinterpret_cast<const float*>(p) + from);
    const uint16_t* halves = reinterpret_cast<const uint16_t*>(p) + from;
    return element == Element::kF16 ? Avx2::loadF16(halves) : Avx2::loadBf16(halves);
}

/// Eight scales of E8M0, halved.
inline __m256 eightPowers(const uint8_t* p) {
    const __m256i exponents = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    return _mm256_mul_ps(_mm256_castsi256_ps(_mm256_slli_epi32(exponents, 23)), _mm256_set1_ps(0.5f));
}

/// M rows of a tile, from `first` on, by a panel.
template <Coding C, int M>
void panelTile(const InterleavedRows& w, const uint8_t* p, const CodeTile& x, int first, float* y, int64_t yStride,
               int width) {
    constexpr int kBits = bitsOf(C);
    const int64_t stride = static_cast<int64_t>(x.rows) * 4;
    const int64_t header = C == Coding::kE2M1 ? kPanelRows : w.element == Element::kF32 ? 128 : 64;
    const float* scale = x.scale + first;
    const float* sum = x.sum + first;
    const int8_t* code = x.code + first * 4;
    __m256 total[M][2];
    for (int i = 0; i < M; i++) total[i][0] = total[i][1] = _mm256_setzero_ps();
    int64_t at = 0;
    for (int g = w.k / w.group; g > 0; g--) {
        const uint8_t* group = p;
        p += header;
        for (int b = w.group / x.block; b > 0; b--, scale += x.rows, sum += x.rows) {
            __m256i dots[M][2];
            for (int i = 0; i < M; i++) dots[i][0] = dots[i][1] = _mm256_setzero_si256();
            for (int part = x.block / 32; part > 0; part--, at += 32, p += kBits * 64) {
                for (int word = 0; word < kBits; word++) {
                    _mm_prefetch(reinterpret_cast<const char*>(p + word * 64 + kPanelAhead), _MM_HINT_T0);
                }
                if constexpr (C == Coding::k8) {
                    addPanelBytes<M>(p, code + at / 4 * stride, stride, dots);
                } else {
                    // Of 128 elements split, the even ones fill quads 0 to 15 and the odd ones those from 16 on.
                    const int8_t* even = code + (at / 128 * 32 + at % 128 / 8) * stride;
                    __m256i words[M][2];
                    addPanelQuads<C, 0, M>(p, even, even + 16 * stride, stride, words, dots);
                }
            }
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++) {
                const __m256 wScale = C == Coding::kE2M1 ? eightPowers(group + v * 8)
                                                         : eightElements(w.element, group, v * 8);
                const __m256 wBias = C == Coding::kE2M1 ? _mm256_mul_ps(wScale, _mm256_set1_ps(-kE2M1Shift))
                                                        : eightElements(w.element, group, kPanelRows + v * 8);
#pragma GCC unroll 5
                for (int i = 0; i < M; i++) {
                    const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[i][v]), wScale);
                    total[i][v] = _mm256_fmadd_ps(scaled, _mm256_set1_ps(scale[i]), total[i][v]);
                    total[i][v] = _mm256_fmadd_ps(wBias, _mm256_set1_ps(sum[i]), total[i][v]);
                }
            }
        }
    }
    for (int i = 0; i < M; i++) {
        float* to = y + (first + i) * yStride;
        if (width == kPanelRows) {
            _mm256_storeu_ps(to, total[i][0]);
            _mm256_storeu_ps(to + 8, total[i][1]);
        } else {
            float t[kPanelRows];
            _mm256_storeu_ps(t, total[i][0]);
            _mm256_storeu_ps(t + 8, total[i][1]);
            memcpy(to, t, sizeof(float) * static_cast<size_t>(width));
        }
    }
}

template <Coding C>
void panelTiles(const InterleavedRows& w, const uint8_t* p, const CodeTile& x, float* y, int64_t yStride, int width) {
    int i = 0;
    for (; i + kTileOfRows <= x.rows; i += kTileOfRows) panelTile<C, kTileOfRows>(w, p, x, i, y, yStride, width);
    switch (x.rows - i) {
        case 4:
            return panelTile<C, 4>(w, p, x, i, y, yStride, width);
        case 3:
            return panelTile<C, 3>(w, p, x, i, y, yStride, width);
        case 2:
            return panelTile<C, 2>(w, p, x, i, y, yStride, width);
        case 1:
            return panelTile<C, 1>(w, p, x, i, y, yStride, width);
        default:
            return;
    }
}

void dotInterleaved(const InterleavedRows& w, int64_t panel, const CodeTile& x, float* y, int64_t yStride, int width) {
    const uint8_t* p = w.data + panel * w.panelBytes;
    if (w.e2m1) return panelTiles<Coding::kE2M1>(w, p, x, y, yStride, width);
    switch (w.bits) {
        case 2:
            return panelTiles<Coding::k2>(w, p, x, y, yStride, width);
        case 3:
            return panelTiles<Coding::k3>(w, p, x, y, yStride, width);
        case 4:
            return panelTiles<Coding::k4>(w, p, x, y, yStride, width);
        case 5:
            return panelTiles<Coding::k5>(w, p, x, y, yStride, width);
        case 6:
            return panelTiles<Coding::k6>(w, p, x, y, yStride, width);
        default:
            return panelTiles<Coding::k8>(w, p, x, y, yStride, width);
    }
}

}  // namespace
}  // namespace cpu
}  // namespace mlxm
