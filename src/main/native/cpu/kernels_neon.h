// The kernels for 64-bit ARM, written over a class D that knows how to multiply bytes:
//   dot(sums, a, b)   sums[i] += a[4 i] b[4 i] + … + a[4 i + 3] b[4 i + 3], signed bytes, exactly
// Four-bit weights are signed bytes as they stand. Eight-bit ones are moved down by 128, and 128 times the sum of the
// activations, which is known already, is given back with the bias. Included once per instruction set into an anonymous
// namespace, as kernels_simd.h is.
#include <arm_neon.h>

#include "kernels.h"
#include "kernels_simd.h"

namespace mlxm {
namespace cpu {
namespace {

struct NeonFloats {
    using F = float32x4_t;
    static constexpr int W = 4;
    static constexpr int kTileRows = 2;

    static F set(float v) { return vdupq_n_f32(v); }
    static F load(const float* p) { return vld1q_f32(p); }
    static void store(float* p, F v) { vst1q_f32(p, v); }
    static F loadF16(const uint16_t* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
    static F loadBf16(const uint16_t* p) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16)); }
    static F spreadF16(const uint16_t* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_dup_u16(p))); }
    static void storeF16(uint16_t* p, F v) { vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(v))); }
    static void storeBf16(uint16_t* p, F v) {
        uint32x4_t bits = vreinterpretq_u32_f32(v);
        uint32x4_t upper = vshrq_n_u32(bits, 16);
        uint32x4_t bumped = vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), vandq_u32(upper, vdupq_n_u32(1)));
        uint32x4_t quiet = vorrq_u32(upper, vdupq_n_u32(0x40));
        vst1_u16(p, vmovn_u32(vbslq_u32(vceqq_f32(v, v), vshrq_n_u32(bumped, 16), quiet)));
    }
    static F codes4(const uint8_t* p) {
        const int32_t four[4] = {p[0] & 15, p[0] >> 4, p[1] & 15, p[1] >> 4};
        return vcvtq_f32_s32(vld1q_s32(four));
    }
    static F codes8(const uint8_t* p) {
        uint32_t four;
        memcpy(&four, p, 4);
        uint16x8_t words = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)));
        return vcvtq_f32_u32(vmovl_u16(vget_low_u16(words)));
    }
    static void storeCodes(int8_t* p, F v) {
        int16x4_t words = vqmovn_s32(vcvtnq_s32_f32(v));
        int8x8_t bytes = vqmovn_s16(vcombine_s16(words, words));
        vst1_lane_s32(reinterpret_cast<int32_t*>(p), vreinterpret_s32_s8(bytes), 0);
    }

    static F add(F a, F b) { return vaddq_f32(a, b); }
    static F sub(F a, F b) { return vsubq_f32(a, b); }
    static F mul(F a, F b) { return vmulq_f32(a, b); }
    static F div(F a, F b) { return vdivq_f32(a, b); }
    static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
    static F max(F a, F b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
    static F min(F a, F b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
    static F abs(F v) { return vabsq_f32(v); }
    static F sqrt(F v) { return vsqrtq_f32(v); }
    static F round(F v) { return vrndnq_f32(v); }
    /// NaN gives 1.
    static F pow2(F n) {
        return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
    }
    static F zeroBelow(F v, F x, float limit) { return vbslq_f32(vcltq_f32(x, set(limit)), set(0.0f), v); }
    static float hsum(F v) { return vaddvq_f32(v); }
    static float hmax(F v) { return vmaxvq_f32(v); }
};

template <class D>
struct NeonCodes {
    /// Sixteen scales or biases are too few to be worth a vector.
    static float element(Element element, const void* p, int64_t i) {
        if (element == Element::kF16) {
            __fp16 half;
            memcpy(&half, static_cast<const uint16_t*>(p) + i, 2);
            return static_cast<float>(half);
        }
        return Simd<NeonFloats>::scalarElement(element, p, i);
    }

    /// Sixteen bytes of weights, 32 or 16 codes, times the activations from code x on.
    template <int BITS>
    static int32x4_t unit(int32x4_t sums, uint8x16_t w, const int8_t* x) {
        if (BITS == 4) {
            sums = D::dot(sums, vreinterpretq_s8_u8(vandq_u8(w, vdupq_n_u8(15))), vld1q_s8(x));
            return D::dot(sums, vreinterpretq_s8_u8(vshrq_n_u8(w, 4)), vld1q_s8(x + 64));
        }
        return D::dot(sums, vreinterpretq_s8_u8(veorq_u8(w, vdupq_n_u8(128))), vld1q_s8(x));
    }

    template <int BITS, int R>
    static void dotSome(const PackedRows& w, int64_t from, const Codes& x, int64_t row, float* out) {
        const int8_t* code = x.code + row * x.codeStride;
        const float* scale = x.scale + row * x.blockStride;
        const float* sum = x.sum + row * x.blockStride;
        const int blockBytes = x.block * BITS / 8;
        const uint8_t* rows = w.codes + from * w.rowBytes;
        float32x4_t products[R];
        float biases[R];
        for (int r = 0; r < R; r++) {
            products[r] = vdupq_n_f32(0);
            biases[r] = 0;
        }
        const int blocks = w.k / x.block;
        for (int b = 0; b < blocks; b++) {
            const int64_t group = static_cast<int64_t>(b) * x.block / w.group;
            int32x4_t dots[R];
            for (int r = 0; r < R; r++) dots[r] = vdupq_n_s32(0);
            for (int i = 0; i < blockBytes; i += 16) {
                const int64_t at = static_cast<int64_t>(b) * blockBytes + i;
                // Four-bit weights come split: 64 even codes, then 64 odd ones.
                const int8_t* p = BITS == 4 ? code + (at & ~int64_t{63}) * 2 + (at & 63) : code + at;
                for (int r = 0; r < R; r++) dots[r] = unit<BITS>(dots[r], vld1q_u8(rows + r * w.rowBytes + at), p);
            }
            for (int r = 0; r < R; r++) {
                const int64_t place = (from + r) * w.groups + group;
                const float wScale = element(w.element, w.scales, place);
                const float wBias = element(w.element, w.biases, place) + (BITS == 8 ? 128 * wScale : 0);
                products[r] = vfmaq_n_f32(products[r], vcvtq_f32_s32(dots[r]), wScale * scale[b]);
                biases[r] += wBias * sum[b];
            }
        }
        for (int r = 0; r < R; r++) out[r] = vaddvq_f32(products[r]) + biases[r];
    }

    template <int BITS>
    static void dotAll(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out) {
        int r = 0;
        for (; r + 4 <= count; r += 4) dotSome<BITS, 4>(w, from + r, x, row, out + r);
        for (; r < count; r++) dotSome<BITS, 1>(w, from + r, x, row, out + r);
    }

    static void dotCodes(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out) {
        if (x.split != (w.bits == 4)) {
            // An order of activations that these weights never meet.
            scalarKernels()->dotCodes(w, from, count, x, row, out);
        } else if (w.bits == 4) {
            dotAll<4>(w, from, count, x, row, out);
        } else {
            dotAll<8>(w, from, count, x, row, out);
        }
    }

    /// M rows of activations by a panel of sixteen rows of weights, four registers wide.
    template <int M, bool SPLIT>
    static void gemmTile(const CodePanel& panel, const Codes& x, int64_t row, float* y, int64_t yStride, int width) {
        const int quads = x.block / 4;
        const int8_t* code = x.code + row * x.codeStride;
        const float* scale = x.scale + row * x.blockStride;
        const float* sum = x.sum + row * x.blockStride;
        float32x4_t total[M][4];
        for (int i = 0; i < M; i++) {
            for (int v = 0; v < 4; v++) total[i][v] = vdupq_n_f32(0);
        }
        for (int b = 0; b < panel.blocks; b++) {
            const int64_t at = static_cast<int64_t>(b) * x.block;
            const uint8_t* w = panel.code + at * kPanelRows;
            const int8_t* first = code + (SPLIT ? (at & ~int64_t{127}) + (at & 127) / 2 : at);
            const int8_t* second = first + (SPLIT ? 64 : x.block / 2);
            int32x4_t dots[M][4];
            for (int i = 0; i < M; i++) {
                for (int v = 0; v < 4; v++) dots[i][v] = vdupq_n_s32(0);
            }
            for (int q = 0; q < quads; q++) {
                const int8_t* p = q < quads / 2 ? first + 4 * q : second + 4 * (q - quads / 2);
                int8x16_t weights[4];
                for (int v = 0; v < 4; v++) {
                    uint8x16_t bytes = vld1q_u8(w + q * 64 + v * 16);
                    weights[v] = vreinterpretq_s8_u8(SPLIT ? bytes : veorq_u8(bytes, vdupq_n_u8(128)));
                }
                for (int i = 0; i < M; i++) {
                    int32_t four;
                    memcpy(&four, p + i * x.codeStride, 4);
                    const int8x16_t spread = vreinterpretq_s8_s32(vdupq_n_s32(four));
                    for (int v = 0; v < 4; v++) dots[i][v] = D::dot(dots[i][v], weights[v], spread);
                }
            }
            for (int v = 0; v < 4; v++) {
                const float32x4_t wScale = vld1q_f32(panel.scale + b * kPanelRows + v * 4);
                float32x4_t wBias = vld1q_f32(panel.bias + b * kPanelRows + v * 4);
                if (!SPLIT) wBias = vfmaq_n_f32(wBias, wScale, 128);
                for (int i = 0; i < M; i++) {
                    const float32x4_t scaled = vmulq_n_f32(vcvtq_f32_s32(dots[i][v]), scale[i * x.blockStride + b]);
                    total[i][v] = vfmaq_f32(total[i][v], scaled, wScale);
                    total[i][v] = vfmaq_n_f32(total[i][v], wBias, sum[i * x.blockStride + b]);
                }
            }
        }
        for (int i = 0; i < M; i++) {
            float sums[kPanelRows];
            for (int v = 0; v < 4; v++) vst1q_f32(sums + 4 * v, total[i][v]);
            memcpy(y + i * yStride, sums, sizeof(float) * static_cast<size_t>(width));
        }
    }

    template <bool SPLIT>
    static void gemmAll(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride,
                        int width) {
        int i = 0;
        for (; i + 4 <= m; i += 4) gemmTile<4, SPLIT>(panel, x, row + i, y + i * yStride, yStride, width);
        for (; i < m; i++) gemmTile<1, SPLIT>(panel, x, row + i, y + i * yStride, yStride, width);
    }

    /// Split activations mean four-bit weights.
    static void gemmCodes(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride,
                          int width) {
        x.split ? gemmAll<true>(panel, x, row, m, y, yStride, width)
                : gemmAll<false>(panel, x, row, m, y, yStride, width);
    }

    static Kernels make(const char* isa) {
        Kernels k = {};
        k.isa = isa;
        Simd<NeonFloats>::fill(k);
        k.dotCodes = dotCodes;
        k.gemmCodes = gemmCodes;
        return k;
    }
};

}  // namespace
}  // namespace cpu
}  // namespace mlxm
