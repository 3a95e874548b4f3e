// The kernels for AMX: those of AVX-512, but products of sixteen rows of activations and more by the units that multiply
// tiles of bytes. What they add up are integers, scaled afterwards as AVX-512 scales them: the same results to the bit.
#include "kernels.h"

// A file for AVX-512, in which the functions with tiles say that they are: compilers without them have no flag for it.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && \
    defined(__AVX512VNNI__) && defined(__linux__) && \
    (defined(__clang__) ? __clang_major__ >= 12 : defined(__GNUC__) && __GNUC__ >= 11)

#include "kernels_avx512.h"

#define MLXM_TILES __attribute__((target("amx-tile,amx-int8")))

namespace mlxm {
namespace cpu {
namespace {

/// Bytes of a full tile: sixteen rows of 64.
constexpr int kTileBytes = 1024;

/// What LDTILECFG reads: the tiles 0 to 2 for one block of activations and weights, 3 to 5 for the next, so that one is
/// multiplied while the other is scaled.
struct alignas(64) TileShapes {
    uint8_t palette = 1;
    uint8_t startRow = 0;
    uint8_t reserved[14] = {};
    uint16_t rowBytes[16] = {};
    uint8_t rows[16] = {};

    explicit TileShapes(int block) {
        for (int sums = 0; sums < 6; sums += 3) {
            rowBytes[sums] = rowBytes[sums + 2] = 64;
            rowBytes[sums + 1] = static_cast<uint16_t>(block);
            rows[sums] = rows[sums + 1] = kMatrixRows;
            rows[sums + 2] = static_cast<uint8_t>(block / 4);
        }
    }
};

/// Tiles read and write memory behind the compiler's back (the intrinsics of GCC 12 do not tell it all).
inline void settle(const void* memory) {
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

/// Sixteen rows of activations, signed, by sixteen of weights, over one block. Tiles are numbered in the instruction.
MLXM_TILES inline void multiplyEven(const int8_t* x, int64_t block, const uint8_t* w, int32_t* dots) {
    settle(w);
    _tile_zero(0);
    _tile_loadd(1, x, block);
    _tile_loadd(2, w, 64);
    _tile_dpbsud(0, 1, 2);
    _tile_stored(0, dots, 64);
    settle(dots);
}

MLXM_TILES inline void multiplyOdd(const int8_t* x, int64_t block, const uint8_t* w, int32_t* dots) {
    settle(w);
    _tile_zero(3);
    _tile_loadd(4, x, block);
    _tile_loadd(5, w, 64);
    _tile_dpbsud(3, 4, 5);
    _tile_stored(3, dots, 64);
    settle(dots);
}

/// How the codes of a panel lie, as in kernels.h.
template <int BITS, bool E2M1 = false>
struct Coding {
    static constexpr int kBits = BITS;

    static int64_t headerBytes(Element element) { return E2M1 ? 16 : element == Element::kF32 ? 128 : 64; }

    static __m512 scales(Element element, const uint8_t* header) {
        if (!E2M1) return sixteen(element, header);
        const __m512i exponents = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(header)));
        return _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(exponents, 23)), _mm512_set1_ps(0.5f));
    }

    static __m512 biases(Element element, const uint8_t* header, __m512 scales) {
        if (E2M1) return _mm512_mul_ps(scales, _mm512_set1_ps(-kE2M1Shift));
        return sixteen(element, header + headerBytes(element) / 2);
    }

    /// The words of a block as the bytes of a tile, in the order of the activations.
    static const uint8_t* spread(const uint8_t* words, int block, uint8_t* tile) {
        if (BITS == 8) return words;
        const int half = block / 8;
        for (int part = 0; part < block / 32; part++, words += BITS * 64) spreadQuads<0>(words, tile, part * 4, half);
        return tile;
    }

 private:
    template <int SHIFT, int LEFT, int BITS_THERE>
    static __m512i some(const uint8_t* words, int word) {
        const __m512i bits = _mm512_srli_epi16(_mm512_loadu_si512(words + word * 64), SHIFT);
        return _mm512_slli_epi16(_mm512_and_si512(bits, _mm512_set1_epi8((1 << BITS_THERE) - 1)), LEFT);
    }

    /// Quads of 32 elements: the even elements fill rows of a tile from `row` on, the odd ones those `half` behind.
    template <int QUAD>
    static void spreadQuads(const uint8_t* words, uint8_t* tile, int row, int half) {
        if constexpr (QUAD < 8) {
            constexpr CodePlaces at = placesOf(BITS, QUAD / 2 * 8 + QUAD % 2);
            __m512i codes = some<at.lowShift, 0, at.lowBits>(words, at.lowWord);
            if constexpr (BITS > at.lowBits) {
                const __m512i high = some<at.highShift, at.lowBits, BITS - at.lowBits>(words, at.highWord);
                codes = _mm512_or_si512(codes, high);
            }
            if constexpr (E2M1) {
                const __m128i numbers = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kE2M1Codes));
                codes = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(numbers), codes);
            }
            _mm512_storeu_si512(tile + (row + QUAD / 2 + QUAD % 2 * half) * 64, codes);
            spreadQuads<QUAD + 1>(words, tile, row, half);
        }
    }
};

/// A panel by sixteen rows. The tiles have their shapes.
template <typename C>
MLXM_TILES void multiply(const InterleavedRows& w, const uint8_t* panel, const CodeTile& x, float* y, int64_t yStride,
                         __mmask16 columns) {
    alignas(64) uint8_t codes[2][kTileBytes];
    alignas(64) int32_t dots[2][kTileBytes / 4];
    const int shift = (w.group / x.block) >> 1;  // groups have 1, 2 or 4 blocks
    const int inGroup = (1 << shift) - 1;
    const int blocks = w.k / x.block;
    const int64_t header = C::headerBytes(w.element);
    const int64_t blockBytes = static_cast<int64_t>(x.block) * C::kBits * 2;
    const int64_t groupBytes = header + (blockBytes << shift);
    __m512 total[kMatrixRows];
#pragma GCC unroll 16
    for (int i = 0; i < kMatrixRows; i++) total[i] = _mm512_setzero_ps();
    for (int next = 0; next <= blocks; next++) {
        if (next < blocks) {
            const uint8_t* words = panel + (next >> shift) * groupBytes + header + (next & inGroup) * blockBytes;
            const uint8_t* tile = C::spread(words, x.block, codes[next & 1]);
            const int8_t* rows = x.code + static_cast<int64_t>(next) * x.block * kMatrixRows;
            next % 2 == 0 ? multiplyEven(rows, x.block, tile, dots[0]) : multiplyOdd(rows, x.block, tile, dots[1]);
        }
        if (next == 0) continue;
        const int b = next - 1;
        const uint8_t* group = panel + (b >> shift) * groupBytes;
        const __m512 wScale = C::scales(w.element, group);
        const __m512 wBias = C::biases(w.element, group, wScale);
        const float* scale = x.scale + b * kMatrixRows;
        const float* sum = x.sum + b * kMatrixRows;
#pragma GCC unroll 16
        for (int i = 0; i < kMatrixRows; i++) {
            const __m512i row = _mm512_load_si512(dots[b & 1] + i * 16);
            const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(row), wScale);
            total[i] = _mm512_fmadd_ps(scaled, _mm512_set1_ps(scale[i]), total[i]);
            total[i] = _mm512_fmadd_ps(wBias, _mm512_set1_ps(sum[i]), total[i]);
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < kMatrixRows; i++) _mm512_mask_storeu_ps(y + i * yStride, columns, total[i]);
}

using Multiply = void (*)(const InterleavedRows&, const uint8_t*, const CodeTile&, float*, int64_t, __mmask16);

Multiply multiplyOf(const InterleavedRows& w) {
    if (w.e2m1) return multiply<Coding<4, true>>;
    switch (w.bits) {
        case 2:
            return multiply<Coding<2>>;
        case 3:
            return multiply<Coding<3>>;
        case 4:
            return multiply<Coding<4>>;
        case 5:
            return multiply<Coding<5>>;
        case 6:
            return multiply<Coding<6>>;
        default:
            return multiply<Coding<8>>;
    }
}

/// Tiles have shapes only in here: no thread, be it one of Java's, keeps eight kilobytes of them that the system would save
/// and restore with its registers.
MLXM_TILES void dotInterleaved(const InterleavedRows& w, int64_t panel, const CodeTile& x, float* y, int64_t yStride,
                               int width) {
    if (!x.byRows) {
        avx512Kernels()->dotInterleaved(w, panel, x, y, yStride, width);
        return;
    }
    const TileShapes shapes(x.block);
    settle(&shapes);
    _tile_loadconfig(&shapes);
    multiplyOf(w)(w, w.data + panel * w.panelBytes, x, y, yStride, firstLanes(width));
    _tile_release();
}

Kernels make() {
    Kernels k = *avx512Kernels();
    k.isa = "amx";
    k.dotInterleaved = dotInterleaved;
    k.matrices = true;
    return k;
}

}  // namespace

const Kernels* amxKernels() {
    static const Kernels kernels = make();
    return &kernels;
}

}  // namespace cpu
}  // namespace mlxm

#else

namespace mlxm {
namespace cpu {

const Kernels* amxKernels() {
    return nullptr;
}

}  // namespace cpu
}  // namespace mlxm

#endif
