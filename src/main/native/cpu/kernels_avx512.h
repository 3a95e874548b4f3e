// The registers of AVX-512, and what its kernels share. Included into an anonymous namespace once per instruction set, as
// kernels_simd.h is.
#include <immintrin.h>

#include "kernels.h"
#include "kernels_simd.h"

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns of the deliberately undefined operands inside its own intrinsics.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace mlxm {
namespace cpu {
namespace {

struct Avx512 {
    using F = __m512;
    static constexpr int W = 16;
    static constexpr int kTileRows = 12;

    static F set(float v) { return _mm512_set1_ps(v); }
    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static void store(float* p, F v) { _mm512_storeu_ps(p, v); }
    static __m256i load256(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
    static void store256(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

    static F widenF16(__m256i v) { return _mm512_cvtph_ps(v); }
    static F widenBf16(__m256i v) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(v), 16)); }
    static F loadF16(const uint16_t* p) { return widenF16(load256(p)); }
    static F loadBf16(const uint16_t* p) { return widenBf16(load256(p)); }
    static F spreadF16(const uint16_t* p) {
        return _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(*p)));
    }
    static void storeF16(uint16_t* p, F v) {
        store256(p, _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    static void storeBf16(uint16_t* p, F v) {
        __m512i bits = _mm512_castps_si512(v);
        __m512i upper = _mm512_srli_epi32(bits, 16);
        __m512i odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
        __m512i bumped = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
        __m512i rounded = _mm512_srli_epi32(bumped, 16);
        __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
        store256(p, _mm512_cvtepi32_epi16(_mm512_mask_or_epi32(rounded, nan, upper, _mm512_set1_epi32(0x40))));
    }

    static F codes4(const uint8_t* p) {
        __m512i bytes = _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
        // The low half of each 64-bit lane keeps the low nibble, the high half gets the high one.
        __m512i both = _mm512_or_si512(bytes, _mm512_slli_epi64(bytes, 28));
        return _mm512_cvtepi32_ps(_mm512_and_si512(both, _mm512_set1_epi32(15)));
    }
    static F codes8(const uint8_t* p) {
        return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    }
    static void storeCodes(int8_t* p, F v) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(v)));
    }

    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F max(F a, F b) { return _mm512_max_ps(a, b); }
    static F min(F a, F b) { return _mm512_min_ps(a, b); }
    static F abs(F v) { return _mm512_abs_ps(v); }
    static F sqrt(F v) { return _mm512_sqrt_ps(v); }
    static F round(F v) { return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F pow2(F n) { return _mm512_scalef_ps(set(1.0f), n); }
    static F zeroBelow(F v, F x, float limit) {
        return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, set(limit), _CMP_NLT_UQ), v);
    }
    static float hsum(F v) { return _mm512_reduce_add_ps(v); }
    static float hmax(F v) { return _mm512_reduce_max_ps(v); }
};

inline __mmask16 firstLanes(int64_t n) {
    return n >= 16 ? static_cast<__mmask16>(0xffff) : static_cast<__mmask16>((1u << n) - 1);
}

/// `count` elements as floats, zeros after them; reads nothing beyond.
inline __m512 loadSome(Element element, const void* p, int64_t at, int64_t count) {
    __mmask16 mask = firstLanes(count);
    if (element == Element::kF32) return _mm512_maskz_loadu_ps(mask, static_cast<const float*>(p) + at);
    __m256i halves = _mm256_maskz_loadu_epi16(mask, static_cast<const uint16_t*>(p) + at);
    return element == Element::kF16 ? Avx512::widenF16(halves) : Avx512::widenBf16(halves);
}

/// Sixteen scales or biases.
inline __m512 sixteen(Element element, const uint8_t* p) {
    return loadSome(element, p, 0, 16);
}

}  // namespace
}  // namespace cpu
}  // namespace mlxm
