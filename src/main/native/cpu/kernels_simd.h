// The float kernels of every vector instruction set, written once over a class V that wraps its registers:
//   F, W                  register type and floats in it (at most 16)
//   set, load, store      broadcast, unaligned memory
//   loadF16, loadBf16, storeF16, storeBf16
//   spreadF16             one half in every lane
//   codes4, codes8        W packed codes in natural order, as floats
//   storeCodes            W floats, rounded to nearest even, as int8
//   add, sub, mul, div, fma(a, b, c) = a * b + c, max, min (the second operand if either is NaN), abs, round, sqrt
//   pow2                  2^n for integral n in [-126, 127]
//   zeroBelow(v, x, l)    v, or 0 where x < l
//   hsum, hmax            over the register
// Included once per instruction set into an anonymous namespace, so that no code is shared between files with different
// flags. A row's result does not depend on which rows were done with it.
#include <math.h>

#include "half.h"
#include "kernels.h"

namespace mlxm {
namespace cpu {
namespace {

template <class V>
struct Simd {
    using F = typename V::F;
    static constexpr int W = V::W;

    static F zero() { return V::set(0.0f); }

    static F loadElement(Element element, const void* p, int64_t i) {
        switch (element) {
            case Element::kF16:
                return V::loadF16(static_cast<const uint16_t*>(p) + i);
            case Element::kBF16:
                return V::loadBf16(static_cast<const uint16_t*>(p) + i);
            case Element::kF32:
                break;
        }
        return V::load(static_cast<const float*>(p) + i);
    }

    static float scalarElement(Element element, const void* p, int64_t i) {
        switch (element) {
            case Element::kF16:
                return fromF16(static_cast<const uint16_t*>(p)[i]);
            case Element::kBF16:
                return fromBf16(static_cast<const uint16_t*>(p)[i]);
            case Element::kF32:
                break;
        }
        return static_cast<const float*>(p)[i];
    }

    /// e^x to about one unit in the last place; 0 below -86.5, infinity above 88.8.
    static F exp(F x) {
        F t = V::max(V::set(-125.0f), V::mul(x, V::set(1.44269504088896341f)));
        t = V::min(V::set(129.0f), t);
        F n = V::round(t);
        // x - n ln 2, in two steps for precision
        F r = V::fma(n, V::set(-0.693359375f), x);
        r = V::fma(n, V::set(2.12194440e-4f), r);
        F p = V::set(1.0f / 5040);
        p = V::fma(p, r, V::set(1.0f / 720));
        p = V::fma(p, r, V::set(1.0f / 120));
        p = V::fma(p, r, V::set(1.0f / 24));
        p = V::fma(p, r, V::set(1.0f / 6));
        p = V::fma(p, r, V::set(0.5f));
        p = V::fma(p, r, V::set(1.0f));
        p = V::fma(p, r, V::set(1.0f));
        F half = V::pow2(V::sub(n, V::set(1.0f)));
        F big = V::mul(V::mul(p, half), V::set(2.0f));
        return V::zeroBelow(big, x, -86.5f);
    }

    static F sigmoid(F x) {
        return V::div(V::set(1.0f), V::add(V::set(1.0f), exp(V::sub(zero(), x))));
    }

    /// (1 + tanh u) / 2 is the sigmoid of 2 u, which loses nothing where tanh is close to -1.
    static F geluTanh(F x) {
        F cube = V::mul(V::mul(x, x), x);
        F twice = V::mul(V::set(1.5957691216057308f), V::fma(cube, V::set(0.044715f), x));
        return V::mul(x, sigmoid(twice));
    }

    /// Applies a function of registers to a row; the tail goes through a padded register.
    template <class Fn>
    static void map(const float* x, float* out, int64_t n, Fn fn) {
        int64_t i = 0;
        for (; i + W <= n; i += W) V::store(out + i, fn(V::load(x + i)));
        if (i < n) {
            float t[W] = {};
            memcpy(t, x + i, sizeof(float) * static_cast<size_t>(n - i));
            V::store(t, fn(V::load(t)));
            memcpy(out + i, t, sizeof(float) * static_cast<size_t>(n - i));
        }
    }

    template <class Fn>
    static void mapScalar(const float* x, float* out, int64_t n, Fn fn) {
        for (int64_t i = 0; i < n; i++) out[i] = fn(x[i]);
    }

    template <class Fn>
    static void map2(const float* a, int64_t aStep, const float* b, int64_t bStep, float* out, int64_t n, Fn fn) {
        int64_t i = 0;
        F fixedA = n > 0 ? V::set(a[0]) : zero();
        F fixedB = n > 0 ? V::set(b[0]) : zero();
        for (; i + W <= n; i += W) {
            F va = aStep ? V::load(a + i) : fixedA;
            F vb = bStep ? V::load(b + i) : fixedB;
            V::store(out + i, fn(va, vb));
        }
        if (i < n) {
            float ta[W] = {};
            float tb[W] = {};
            for (int64_t j = i; j < n; j++) {
                ta[j - i] = a[j * aStep];
                tb[j - i] = b[j * bStep];
            }
            V::store(ta, fn(V::load(ta), V::load(tb)));
            memcpy(out + i, ta, sizeof(float) * static_cast<size_t>(n - i));
        }
    }

    // The members of Kernels

    static void toF32(Element from, const void* in, float* out, int64_t n) {
        int64_t i = 0;
        for (; i + W <= n; i += W) V::store(out + i, loadElement(from, in, i));
        for (; i < n; i++) out[i] = scalarElement(from, in, i);
    }

    static void fromF32(Element to, const float* in, void* out, int64_t n) {
        auto* halves = static_cast<uint16_t*>(out);
        int64_t i = 0;
        switch (to) {
            case Element::kF16:
                for (; i + W <= n; i += W) V::storeF16(halves + i, V::load(in + i));
                for (; i < n; i++) halves[i] = toF16(in[i]);
                return;
            case Element::kBF16:
                for (; i + W <= n; i += W) V::storeBf16(halves + i, V::load(in + i));
                for (; i < n; i++) halves[i] = toBf16(in[i]);
                return;
            case Element::kF32:
                memcpy(out, in, sizeof(float) * static_cast<size_t>(n));
        }
    }

    /// The codes are those of mlxm::Unary.
    static void unary(int op, const float* x, float* out, int64_t n) {
        switch (op) {
            case 0:
                return map(x, out, n, [](F v) { return V::sub(V::set(-0.0f), v); });
            case 1:
                return map(x, out, n, [](F v) { return V::abs(v); });
            case 2:
                return map(x, out, n, [](F v) { return exp(v); });
            case 3:
                return mapScalar(x, out, n, [](float v) { return logf(v); });
            case 4:
                return map(x, out, n, [](F v) { return V::sqrt(v); });
            case 5:
                return map(x, out, n, [](F v) { return V::div(V::set(1.0f), V::sqrt(v)); });
            case 6:
                return map(x, out, n, [](F v) { return V::mul(v, v); });
            case 7:
                return mapScalar(x, out, n, [](float v) { return sinf(v); });
            case 8:
                return mapScalar(x, out, n, [](float v) { return cosf(v); });
            case 9:
                return mapScalar(x, out, n, [](float v) { return tanhf(v); });
            case 10:
                return mapScalar(x, out, n, [](float v) { return erff(v); });
            case 11:
                return map(x, out, n, [](F v) { return sigmoid(v); });
            case 12:
                return map(x, out, n, [](F v) { return V::mul(v, sigmoid(v)); });
            case 13:
                return mapScalar(x, out, n, [](float v) { return v * (1.0f + erff(v * 0.70710678f)) * 0.5f; });
            case 14:
                return map(x, out, n, [](F v) { return geluTanh(v); });
            case 15:
                return map(x, out, n, [](F v) { return V::mul(v, sigmoid(V::mul(V::set(1.702f), v))); });
            case 16:
                return mapScalar(x, out, n, [](float v) { return floorf(v); });
            default:
                return mapScalar(x, out, n, [](float v) { return v == 0.0f ? 1.0f : 0.0f; });
        }
    }

    /// The codes are those of mlxm::Binary: sum, difference, product, quotient and swiglu.
    static void binary(int op, const float* a, int64_t aStep, const float* b, int64_t bStep, float* out, int64_t n) {
        switch (op) {
            case 0:
                return map2(a, aStep, b, bStep, out, n, [](F u, F v) { return V::add(u, v); });
            case 1:
                return map2(a, aStep, b, bStep, out, n, [](F u, F v) { return V::sub(u, v); });
            case 2:
                return map2(a, aStep, b, bStep, out, n, [](F u, F v) { return V::mul(u, v); });
            case 3:
                return map2(a, aStep, b, bStep, out, n, [](F u, F v) { return V::div(u, v); });
            default:
                return map2(a, aStep, b, bStep, out, n, [](F u, F v) { return V::mul(V::mul(u, sigmoid(u)), v); });
        }
    }

    template <class Fn>
    static float accumulate(const float* x, int64_t n, Fn term) {
        F a = zero();
        F b = zero();
        int64_t i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            a = term(V::load(x + i), a);
            b = term(V::load(x + i + W), b);
        }
        for (; i < n; i += W) {
            float t[W] = {};
            int64_t left = n - i < W ? n - i : W;
            memcpy(t, x + i, sizeof(float) * static_cast<size_t>(left));
            a = term(V::load(t), a);
        }
        return V::hsum(V::add(a, b));
    }

    static float sum(const float* x, int64_t n) {
        return accumulate(x, n, [](F v, F acc) { return V::add(acc, v); });
    }

    static float max(const float* x, int64_t n) {
        F m = V::set(-INFINITY);
        int64_t i = 0;
        for (; i + W <= n; i += W) m = V::max(m, V::load(x + i));
        float best = V::hmax(m);
        for (; i < n; i++) best = x[i] > best ? x[i] : best;
        return best;
    }

    static float expSum(const float* x, float shift, float* out, int64_t n) {
        F s = V::set(shift);
        F total = zero();
        int64_t i = 0;
        for (; i + W <= n; i += W) {
            F e = exp(V::sub(V::load(x + i), s));
            V::store(out + i, e);
            total = V::add(total, e);
        }
        float rest = 0;
        if (i < n) {
            float t[W] = {};
            memcpy(t, x + i, sizeof(float) * static_cast<size_t>(n - i));
            V::store(t, exp(V::sub(V::load(t), s)));
            for (int64_t j = i; j < n; j++) {
                out[j] = t[j - i];
                rest += t[j - i];
            }
        }
        return V::hsum(total) + rest;
    }

    static void scale(const float* x, float factor, float* out, int64_t n) {
        F f = V::set(factor);
        map(x, out, n, [f](F v) { return V::mul(v, f); });
    }

    static void rmsNorm(const float* x, const float* weight, float eps, float* out, int64_t n) {
        float squares = accumulate(x, n, [](F v, F acc) { return V::fma(v, v, acc); });
        float factor = 1.0f / sqrtf(squares / static_cast<float>(n) + eps);
        F f = V::set(factor);
        if (weight == nullptr) {
            map(x, out, n, [f](F v) { return V::mul(v, f); });
        } else {
            map2(x, 1, weight, 1, out, n, [f](F v, F w) { return V::mul(V::mul(v, f), w); });
        }
    }

    /// R rows times H rows x.
    template <int R, int H, Element E>
    static void dotSome(const void* rows, int64_t stride, const float* x, int64_t xStride, int64_t k, float* out,
                        int64_t outStride) {
        F a[R][H];
        F b[R][H];
        for (int r = 0; r < R; r++) {
            for (int h = 0; h < H; h++) a[r][h] = b[r][h] = zero();
        }
        int64_t i = 0;
        for (; i + 2 * W <= k; i += 2 * W) {
            F x0[H];
            F x1[H];
            for (int h = 0; h < H; h++) {
                x0[h] = V::load(x + h * xStride + i);
                x1[h] = V::load(x + h * xStride + i + W);
            }
            for (int r = 0; r < R; r++) {
                F w0 = loadElement(E, rows, r * stride + i);
                F w1 = loadElement(E, rows, r * stride + i + W);
                for (int h = 0; h < H; h++) {
                    a[r][h] = V::fma(w0, x0[h], a[r][h]);
                    b[r][h] = V::fma(w1, x1[h], b[r][h]);
                }
            }
        }
        for (; i + W <= k; i += W) {
            for (int r = 0; r < R; r++) {
                F w = loadElement(E, rows, r * stride + i);
                for (int h = 0; h < H; h++) a[r][h] = V::fma(w, V::load(x + h * xStride + i), a[r][h]);
            }
        }
        if (i < k) {
            // In registers too: the compiler would round plain code differently from one R to another.
            for (int r = 0; r < R; r++) {
                float tr[W] = {};
                for (int64_t j = i; j < k; j++) tr[j - i] = scalarElement(E, rows, r * stride + j);
                for (int h = 0; h < H; h++) {
                    float tx[W] = {};
                    memcpy(tx, x + h * xStride + i, sizeof(float) * static_cast<size_t>(k - i));
                    b[r][h] = V::fma(V::load(tr), V::load(tx), b[r][h]);
                }
            }
        }
        for (int r = 0; r < R; r++) {
            for (int h = 0; h < H; h++) out[h * outStride + r] = V::hsum(V::add(a[r][h], b[r][h]));
        }
    }

    /// R rows at a time times H rows x.
    template <int R, int H, Element E>
    static void dotMany(const void* rows, int64_t stride, const float* x, int64_t xStride, int64_t k, float* out,
                        int64_t outStride, int count) {
        const char* p = static_cast<const char*>(rows);
        int64_t bytes = stride * (E == Element::kF32 ? 4 : 2);
        int r = 0;
        for (; r + R <= count; r += R) dotSome<R, H, E>(p + r * bytes, stride, x, xStride, k, out + r, outStride);
        for (; r < count; r++) dotSome<1, H, E>(p + r * bytes, stride, x, xStride, k, out + r, outStride);
    }

    template <Element E>
    static void dotAll(const void* rows, int64_t stride, const float* x, int64_t xStride, int heads, int64_t k,
                       float* out, int64_t outStride, int count) {
        int h = 0;
        for (; h + 2 <= heads; h += 2) {
            dotMany<2, 2, E>(rows, stride, x + h * xStride, xStride, k, out + h * outStride, outStride, count);
        }
        if (h < heads) dotMany<4, 1, E>(rows, stride, x + h * xStride, xStride, k, out + h * outStride, outStride, count);
    }

    static void dotHeads(Element element, const void* rows, int64_t stride, const float* x, int64_t xStride, int heads,
                         int64_t k, float* out, int64_t outStride, int count) {
        switch (element) {
            case Element::kF16:
                return dotAll<Element::kF16>(rows, stride, x, xStride, heads, k, out, outStride, count);
            case Element::kBF16:
                return dotAll<Element::kBF16>(rows, stride, x, xStride, heads, k, out, outStride, count);
            case Element::kF32:
                return dotAll<Element::kF32>(rows, stride, x, xStride, heads, k, out, outStride, count);
        }
    }

    static void dotRows(Element element, const void* rows, int64_t stride, const float* x, int64_t k, float* out,
                        int count) {
        dotHeads(element, rows, stride, x, 0, 1, k, out, 0, count);
    }

    /// Rows times H rows p, into NV vectors of each of H rows out.
    template <int NV, int H, Element E>
    static void addSome(const void* rows, int64_t stride, const float* p, int64_t pStride, int count, float* out,
                        int64_t outStride, int64_t at) {
        F acc[H][NV];
        for (int h = 0; h < H; h++) {
            for (int v = 0; v < NV; v++) acc[h][v] = V::load(out + h * outStride + at + v * W);
        }
        for (int j = 0; j < count; j++) {
            F weight[H];
            for (int h = 0; h < H; h++) weight[h] = V::set(p[h * pStride + j]);
            if (H > 1) {
                // The rows behind these are next, and lie too far apart here for the processor to guess so.
                __builtin_prefetch(static_cast<const char*>(rows) +
                                   ((j + count) * stride + at) * (E == Element::kF32 ? 4 : 2));
            }
            for (int v = 0; v < NV; v++) {
                F w = loadElement(E, rows, j * stride + at + v * W);
                for (int h = 0; h < H; h++) acc[h][v] = V::fma(w, weight[h], acc[h][v]);
            }
        }
        for (int h = 0; h < H; h++) {
            for (int v = 0; v < NV; v++) V::store(out + h * outStride + at + v * W, acc[h][v]);
        }
    }

    template <int NV, int H, Element E>
    static void addMany(const void* rows, int64_t stride, const float* p, int64_t pStride, int count, float* out,
                        int64_t outStride, int64_t n) {
        int64_t i = 0;
        for (; i + NV * W <= n; i += NV * W) addSome<NV, H, E>(rows, stride, p, pStride, count, out, outStride, i);
        for (; i + W <= n; i += W) addSome<1, H, E>(rows, stride, p, pStride, count, out, outStride, i);
        for (; i < n; i++) {
            for (int h = 0; h < H; h++) {
                for (int j = 0; j < count; j++) {
                    out[h * outStride + i] += p[h * pStride + j] * scalarElement(E, rows, j * stride + i);
                }
            }
        }
    }

    template <Element E>
    static void addAll(const void* rows, int64_t stride, const float* p, int64_t pStride, int heads, int count,
                       float* out, int64_t outStride, int64_t n) {
        int h = 0;
        for (; h + 2 <= heads; h += 2) {
            addMany<4, 2, E>(rows, stride, p + h * pStride, pStride, count, out + h * outStride, outStride, n);
        }
        if (h < heads) addMany<8, 1, E>(rows, stride, p + h * pStride, pStride, count, out + h * outStride, outStride, n);
    }

    static void addHeads(Element element, const void* rows, int64_t stride, const float* p, int64_t pStride, int heads,
                         int count, float* out, int64_t outStride, int64_t n) {
        switch (element) {
            case Element::kF16:
                return addAll<Element::kF16>(rows, stride, p, pStride, heads, count, out, outStride, n);
            case Element::kBF16:
                return addAll<Element::kBF16>(rows, stride, p, pStride, heads, count, out, outStride, n);
            case Element::kF32:
                return addAll<Element::kF32>(rows, stride, p, pStride, heads, count, out, outStride, n);
        }
    }

    static void addRows(Element element, const void* rows, int64_t stride, const float* p, int count, float* out,
                        int64_t n) {
        addHeads(element, rows, stride, p, 0, 1, count, out, 0, n);
    }

    static void panel(const float* rows, int k, int width, float* out) {
        for (int j = 0; j < k; j++) {
            for (int r = 0; r < width; r++) out[static_cast<int64_t>(j) * kPanelWidth + r] = rows[static_cast<int64_t>(r) * k + j];
            for (int r = width; r < kPanelWidth; r++) out[static_cast<int64_t>(j) * kPanelWidth + r] = 0;
        }
    }

    template <int M>
    static void gemmTile(const float* panel, int k, const float* x, int64_t xStride, float* y, int64_t yStride,
                         int width, bool add) {
        constexpr int NV = kPanelWidth / W;
        F acc[M][NV];
        for (int i = 0; i < M; i++) {
            for (int v = 0; v < NV; v++) acc[i][v] = zero();
        }
        for (int j = 0; j < k; j++) {
            F p[NV];
            for (int v = 0; v < NV; v++) p[v] = V::load(panel + static_cast<int64_t>(j) * kPanelWidth + v * W);
            for (int i = 0; i < M; i++) {
                F xv = V::set(x[i * xStride + j]);
                for (int v = 0; v < NV; v++) acc[i][v] = V::fma(xv, p[v], acc[i][v]);
            }
        }
        for (int i = 0; i < M; i++) {
            float* row = y + i * yStride;
            if (width == kPanelWidth) {
                for (int v = 0; v < NV; v++) {
                    V::store(row + v * W, add ? V::add(V::load(row + v * W), acc[i][v]) : acc[i][v]);
                }
            } else {
                float t[kPanelWidth];
                for (int v = 0; v < NV; v++) V::store(t + v * W, acc[i][v]);
                for (int c = 0; c < width; c++) row[c] = add ? row[c] + t[c] : t[c];
            }
        }
    }

    static void gemmF32(const float* panel, int k, const float* x, int64_t xStride, int m, float* y, int64_t yStride,
                        int width, bool add) {
        int i = 0;
        for (; i + V::kTileRows <= m; i += V::kTileRows) {
            gemmTile<V::kTileRows>(panel, k, x + i * xStride, xStride, y + i * yStride, yStride, width, add);
        }
        for (; i + 2 <= m; i += 2) {
            gemmTile<2>(panel, k, x + i * xStride, xStride, y + i * yStride, yStride, width, add);
        }
        for (; i < m; i++) gemmTile<1>(panel, k, x + i * xStride, xStride, y + i * yStride, yStride, width, add);
    }

    /// The sum is that of the rounded values: what a group's bias multiplies then belongs to the same numbers as what its
    /// scale multiplies, and only weights around zero meet the rounding errors.
    static void encode(const float* x, int k, int block, bool split, int8_t* code, float* scaleOut, float* sumOut) {
        int blocks = k / block;
        for (int b = 0; b < blocks; b++) {
            const float* p = x + static_cast<int64_t>(b) * block;
            F largest = zero();
            for (int i = 0; i < block; i += W) largest = V::max(largest, V::abs(V::load(p + i)));
            float top = V::hmax(largest);
            F inverse = V::set(top > 0 ? 127.0f / top : 0.0f);
            int8_t natural[64];
            int8_t* direct = split ? natural : code + static_cast<int64_t>(b) * block;
            for (int i = 0; i < block; i += W) V::storeCodes(direct + i, V::mul(V::load(p + i), inverse));
            int32_t total = 0;
            for (int i = 0; i < block; i++) total += direct[i];
            scaleOut[b] = top / 127.0f;
            sumOut[b] = scaleOut[b] * static_cast<float>(total);
            if (split) {
                int at = b * block;
                int8_t* even = code + (at & ~127) + (at & 127) / 2;
                for (int i = 0; i < block / 2; i++) {
                    even[i] = natural[2 * i];
                    even[i + 64] = natural[2 * i + 1];
                }
            }
        }
    }

    /// W weights of a row, from element i on (a multiple of W, within one group).
    template <int BITS>
    static F codes(const uint8_t* row, int i) {
        return BITS == 4 ? V::codes4(row + i / 2) : V::codes8(row + i);
    }

    template <int BITS>
    static float exactRow(const PackedRows& w, int64_t row, const float* x) {
        const uint8_t* codesOfRow = w.codes + row * w.rowBytes;
        F a = zero();
        F b = zero();
        for (int64_t g = 0; g < w.groups; g++) {
            F s = V::set(scalarElement(w.element, w.scales, row * w.groups + g));
            F bias = V::set(scalarElement(w.element, w.biases, row * w.groups + g));
            int from = static_cast<int>(g) * w.group;
            for (int i = from; i < from + w.group; i += 2 * W) {
                a = V::fma(V::fma(codes<BITS>(codesOfRow, i), s, bias), V::load(x + i), a);
                b = V::fma(V::fma(codes<BITS>(codesOfRow, i + W), s, bias), V::load(x + i + W), b);
            }
        }
        return V::hsum(V::add(a, b));
    }

    static void dotExact(const PackedRows& w, int64_t from, int count, const float* x, float* out) {
        for (int r = 0; r < count; r++) {
            out[r] = w.bits == 4 ? exactRow<4>(w, from + r, x) : exactRow<8>(w, from + r, x);
        }
    }

    template <int BITS>
    static void unpackRow(const PackedRows& w, int64_t row, float* out) {
        const uint8_t* codesOfRow = w.codes + row * w.rowBytes;
        for (int64_t g = 0; g < w.groups; g++) {
            F s = V::set(scalarElement(w.element, w.scales, row * w.groups + g));
            F bias = V::set(scalarElement(w.element, w.biases, row * w.groups + g));
            int from = static_cast<int>(g) * w.group;
            for (int i = from; i < from + w.group; i += W) {
                V::store(out + i, V::fma(codes<BITS>(codesOfRow, i), s, bias));
            }
        }
    }

    static void unpack(const PackedRows& w, int64_t row, float* out) {
        if (w.bits == 4) {
            unpackRow<4>(w, row, out);
        } else {
            unpackRow<8>(w, row, out);
        }
    }

    /// Codes of one group. They are chosen for scale and bias as these are kept, rounded; the scale never down, so that the
    /// last code reaches the largest element.
    template <int BITS>
    static void packGroup(const float* x, int group, uint8_t* codes, uint16_t* scaleOut, uint16_t* biasOut) {
        constexpr float kLast = BITS == 4 ? 15.0f : 255.0f;
        F least = V::load(x);
        F most = least;
        F odd = zero();
        for (int i = 0; i < group; i += W) {
            F v = V::load(x + i);
            least = V::min(least, v);
            most = V::max(most, v);
            odd = V::fma(v, zero(), odd);
        }
        const float bottom = -V::hmax(V::sub(zero(), least));
        *biasOut = toF16(bottom);
        const float bias = fromF16(*biasOut);
        const float range = V::hmax(most) - bias;
        *scaleOut = toF16(range / kLast);
        if (fromF16(*scaleOut) * kLast < range) *scaleOut = static_cast<uint16_t>(*scaleOut + 1);
        const float scale = fromF16(*scaleOut);
        const bool finite = V::hsum(odd) == 0.0f && scale > 0 && scale < INFINITY;
        if (!finite) {
            if (V::hsum(odd) != 0.0f) *scaleOut = 0x7e00;
            memset(codes, 0, static_cast<size_t>(group * BITS / 8));
            return;
        }
        const F shift = V::set(bias);
        const F steps = V::set(1.0f / scale);
        int8_t signedCodes[64];
        for (int i = 0; i < group; i += W) {
            F code = V::mul(V::sub(V::load(x + i), shift), steps);
            if (BITS == 4) code = V::min(V::max(code, zero()), V::set(kLast));
            V::storeCodes(signedCodes + i, BITS == 4 ? code : V::sub(code, V::set(128.0f)));
        }
        if (BITS == 4) {
            for (int i = 0; i < group / 2; i++) {
                codes[i] = static_cast<uint8_t>(signedCodes[2 * i] | signedCodes[2 * i + 1] << 4);
            }
        } else {
            for (int i = 0; i < group; i++) codes[i] = static_cast<uint8_t>(signedCodes[i] + 128);
        }
    }

    template <int BITS>
    static void packRows(const KvPacking& format, const float* x, int64_t count, uint8_t* rows) {
        const int groups = format.k / format.group;
        for (int64_t r = 0; r < count; r++, x += format.k, rows += format.rowBytes) {
            auto* scales = reinterpret_cast<uint16_t*>(rows + format.k * BITS / 8);
            for (int g = 0; g < groups; g++) {
                const int at = g * format.group;
                packGroup<BITS>(x + at, format.group, rows + at * BITS / 8, scales + g, scales + groups + g);
            }
        }
    }

    static void packKv(const KvPacking& format, const float* x, int64_t count, uint8_t* rows) {
        format.bits == 4 ? packRows<4>(format, x, count, rows) : packRows<8>(format, x, count, rows);
    }

    /// Distance of the prefetch: what memory delivers while these rows are worked on.
    static constexpr int64_t kRowsAhead = 8192;

    template <int BITS>
    static void unpackRows(const KvPacking& format, const uint8_t* rows, int64_t count, float* out) {
        const int groups = format.k / format.group;
        for (int64_t r = 0; r < count; r++, rows += format.rowBytes, out += format.k) {
            const auto* scales = reinterpret_cast<const uint16_t*>(rows + format.k * BITS / 8);
            for (int64_t i = 0; i < format.rowBytes; i += 64) __builtin_prefetch(rows + kRowsAhead + i);
            for (int g = 0; g < groups; g++) {
                const F s = V::spreadF16(scales + g);
                const F bias = V::spreadF16(scales + groups + g);
                const int from = g * format.group;
                for (int i = from; i < from + format.group; i += W) {
                    V::store(out + i, V::fma(codes<BITS>(rows, i), s, bias));
                }
            }
        }
    }

    static void unpackKv(const KvPacking& format, const uint8_t* rows, int64_t count, float* out) {
        format.bits == 4 ? unpackRows<4>(format, rows, count, out) : unpackRows<8>(format, rows, count, out);
    }

    /// Everything but the integer kernels.
    static void fill(Kernels& k) {
        k.toF32 = toF32;
        k.fromF32 = fromF32;
        k.unary = unary;
        k.binary = binary;
        k.sum = sum;
        k.max = max;
        k.expSum = expSum;
        k.scale = scale;
        k.rmsNorm = rmsNorm;
        k.dotRows = dotRows;
        k.addRows = addRows;
        k.dotHeads = dotHeads;
        k.addHeads = addHeads;
        k.gemmF32 = gemmF32;
        k.panel = panel;
        k.encode = encode;
        k.dotExact = dotExact;
        k.unpack = unpack;
        k.packKv = packKv;
        k.unpackKv = unpackKv;
    }
};

}  // namespace
}  // namespace cpu
}  // namespace mlxm
