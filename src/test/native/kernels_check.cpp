// Compares the kernels of every instruction set that this machine has with their scalar twin, on random rows of awkward
// lengths. Prints what it compared; exits with 1 at the first difference. KernelTwinsTest builds and runs it.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "cpu/half.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"

using namespace mlxm::cpu;

namespace {

std::mt19937 random_bits(7);
int compared = 0;

float uniform(float from, float to) {
    return std::uniform_real_distribution<float>(from, to)(random_bits);
}

int below(int limit) {
    return static_cast<int>(random_bits() % static_cast<unsigned>(limit));
}

std::vector<float> floats(size_t n, float size = 2) {
    std::vector<float> v(n);
    for (float& x : v) x = uniform(-size, size);
    return v;
}

void require(const std::string& what, float wanted, float got, float tolerance) {
    compared++;
    bool same = std::isnan(wanted) ? std::isnan(got) : wanted == got || std::fabs(wanted - got) <= tolerance;
    if (!same) {
        std::printf("%s: %.9g expected, %.9g computed\n", what.c_str(), wanted, got);
        std::exit(1);
    }
}

void compare(const std::string& what, const std::vector<float>& wanted, const std::vector<float>& got, float tolerance) {
    for (size_t i = 0; i < wanted.size(); i++) {
        require(what + "[" + std::to_string(i) + "]", wanted[i], got[i], tolerance * (1 + std::fabs(wanted[i])));
    }
}

std::vector<uint16_t> halves(Element element, const std::vector<float>& x) {
    std::vector<uint16_t> out(x.size());
    for (size_t i = 0; i < x.size(); i++) out[i] = element == Element::kF16 ? toF16(x[i]) : toBf16(x[i]);
    return out;
}

void conversions(const Kernels& s, const Kernels& k) {
    for (Element element : {Element::kF16, Element::kBF16}) {
        std::vector<float> x = floats(1003, 70000);
        for (float special : {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 6e-8f, 6.1e-5f, 65504.0f, 65520.0f, 1e-40f}) x.push_back(special);
        std::vector<uint16_t> a(x.size());
        std::vector<uint16_t> b(x.size());
        s.fromF32(element, x.data(), a.data(), static_cast<int64_t>(x.size()));
        k.fromF32(element, x.data(), b.data(), static_cast<int64_t>(x.size()));
        std::vector<float> wanted(x.size());
        std::vector<float> got(x.size());
        s.toF32(element, a.data(), wanted.data(), static_cast<int64_t>(x.size()));
        k.toF32(element, b.data(), got.data(), static_cast<int64_t>(x.size()));
        compare("conversion", wanted, got, 0);
    }
}

void rows(const Kernels& s, const Kernels& k) {
    for (int n : {1, 3, 4, 15, 16, 17, 64, 129, 1000}) {
        std::vector<float> x = floats(static_cast<size_t>(n), 9);
        std::vector<float> y = floats(static_cast<size_t>(n), 9);
        std::vector<float> a(x.size());
        std::vector<float> b(x.size());
        require("sum", s.sum(x.data(), n), k.sum(x.data(), n), 1e-3f);
        require("max", s.max(x.data(), n), k.max(x.data(), n), 0);
        float wanted = s.expSum(x.data(), 9, a.data(), n);
        require("expSum", wanted, k.expSum(x.data(), 9, b.data(), n), 1e-5f * wanted);
        compare("exp", a, b, 1e-6f);
        s.scale(x.data(), 0.37f, a.data(), n);
        k.scale(x.data(), 0.37f, b.data(), n);
        compare("scale", a, b, 1e-6f);
        s.rmsNorm(x.data(), y.data(), 1e-6f, a.data(), n);
        k.rmsNorm(x.data(), y.data(), 1e-6f, b.data(), n);
        compare("rmsNorm", a, b, 1e-5f);
        for (int op = 0; op < 4; op++) {
            s.binary(op, x.data(), 1, y.data(), 0, a.data(), n);
            k.binary(op, x.data(), 1, y.data(), 0, b.data(), n);
            compare("binary " + std::to_string(op), a, b, 1e-6f);
        }
    }
}

/// Several rows at once give what they give one by one, to the bit (of plain code the compiler decides where it fuses).
void checkHeads(const Kernels& k, Element element, const void* rows, int64_t n, int count) {
    const float tolerance = std::string(k.isa) == "scalar" ? 1e-5f : 0;
    const int64_t apart = n + 3;
    const int64_t outApart = count + 5;
    for (int heads : {1, 2, 3, 4}) {
        std::vector<float> x = floats(static_cast<size_t>(heads * apart), 1);
        std::vector<float> together(static_cast<size_t>(heads * outApart), 7);
        std::vector<float> single = together;
        k.dotHeads(element, rows, n, x.data(), apart, heads, n, together.data(), outApart, count);
        for (int h = 0; h < heads; h++) {
            k.dotRows(element, rows, n, x.data() + h * apart, n, single.data() + h * outApart, count);
        }
        compare("dotHeads", single, together, tolerance);
        std::vector<float> p = floats(static_cast<size_t>(heads * outApart), 1);
        std::vector<float> sums(static_cast<size_t>(heads * apart), 0.5f);
        std::vector<float> sum = sums;
        k.addHeads(element, rows, n, p.data(), outApart, heads, count, sums.data(), apart, n);
        for (int h = 0; h < heads; h++) {
            k.addRows(element, rows, n, p.data() + h * outApart, count, sum.data() + h * apart, n);
        }
        compare("addHeads", sum, sums, tolerance);
    }
}

void products(const Kernels& s, const Kernels& k) {
    for (Element element : {Element::kF32, Element::kF16, Element::kBF16}) {
        for (int n : {16, 33, 128, 200}) {
            const int count = 5;
            std::vector<float> w = floats(static_cast<size_t>(count * n), 1);
            std::vector<uint16_t> narrow = halves(element, w);
            const void* data = element == Element::kF32 ? static_cast<const void*>(w.data()) : narrow.data();
            std::vector<float> x = floats(static_cast<size_t>(n), 1);
            std::vector<float> a(count);
            std::vector<float> b(count);
            s.dotRows(element, data, n, x.data(), n, a.data(), count);
            k.dotRows(element, data, n, x.data(), n, b.data(), count);
            compare("dotRows", a, b, 1e-4f);
            std::vector<float> p = floats(count, 1);
            std::vector<float> c(static_cast<size_t>(n), 0.5f);
            std::vector<float> d = c;
            s.addRows(element, data, n, p.data(), count, c.data(), n);
            k.addRows(element, data, n, p.data(), count, d.data(), n);
            compare("addRows", c, d, 1e-4f);
            checkHeads(k, element, data, n, static_cast<int>(count));
        }
    }
    for (int m : {1, 2, 5, 9}) {
        const int depth = 37;
        std::vector<float> panel = floats(static_cast<size_t>(depth) * kPanelWidth, 1);
        std::vector<float> x = floats(static_cast<size_t>(m * depth), 1);
        for (int width : {kPanelWidth, 7}) {
            std::vector<float> a(static_cast<size_t>(m) * kPanelWidth, 1);
            std::vector<float> b = a;
            s.gemmF32(panel.data(), depth, x.data(), depth, m, a.data(), kPanelWidth, width, true);
            k.gemmF32(panel.data(), depth, x.data(), depth, m, b.data(), kPanelWidth, width, true);
            compare("gemmF32", a, b, 1e-4f);
        }
    }
}

/// Activations of `rows` rows, encoded by the kernels under test, which must give the codes of the scalar ones.
struct Activations {
    std::vector<int8_t> code;
    std::vector<float> scale;
    std::vector<float> sum;
    Codes codes;

    Activations(const Kernels& kernels, const std::vector<float>& x, int rows, int k, int block, bool split) {
        const int64_t stride = (k + 127) / 128 * 128;
        const int64_t blocks = (k / block + 15) / 16 * 16;
        code.assign(static_cast<size_t>(stride * rows), 0);
        scale.assign(static_cast<size_t>(blocks * rows), 0);
        sum.assign(static_cast<size_t>(blocks * rows), 0);
        for (int r = 0; r < rows; r++) {
            kernels.encode(x.data() + r * k, k, block, split, code.data() + r * stride, scale.data() + r * blocks,
                           sum.data() + r * blocks);
        }
        codes = {code.data(), scale.data(), sum.data(), stride, blocks, block, split};
    }
};

void columns(const Kernels& s, const Kernels& k) {
    for (int depth : {16, 80, 128, 37}) {
        for (int width : {kPanelWidth, 7}) {
            std::vector<float> rows = floats(static_cast<size_t>(depth * width));
            std::vector<float> a(static_cast<size_t>(depth * kPanelWidth), -1);
            std::vector<float> b = a;
            s.panel(rows.data(), depth, width, a.data());
            k.panel(rows.data(), depth, width, b.data());
            compare("panel", a, b, 0);
        }
    }
}

void packedRows(const Kernels& s, const Kernels& k) {
    for (int bits : {4, 8}) {
        for (int group : {32, 64, 128}) {
            for (int depth : {128, 256, 640, 1920}) {
                const int count = 7;
                const int64_t groups = depth / group;
                std::vector<uint8_t> codes(static_cast<size_t>(count * depth * bits / 8) + 8192);
                for (uint8_t& c : codes) c = static_cast<uint8_t>(random_bits());
                Element element = static_cast<Element>(below(3));
                std::vector<float> scales = floats(static_cast<size_t>(count * groups), 0.1f);
                std::vector<float> biases = floats(static_cast<size_t>(count * groups), 1);
                std::vector<uint16_t> narrowScales = halves(element, scales);
                std::vector<uint16_t> narrowBiases = halves(element, biases);
                bool wide = element == Element::kF32;
                PackedRows w = {codes.data(),
                                wide ? static_cast<const void*>(scales.data()) : narrowScales.data(),
                                wide ? static_cast<const void*>(biases.data()) : narrowBiases.data(),
                                element,
                                static_cast<int64_t>(depth) * bits / 8,
                                groups,
                                depth,
                                group,
                                bits};
                std::vector<float> x = floats(static_cast<size_t>(depth) * 6, 1);
                std::vector<float> a(count);
                std::vector<float> b(count);
                s.dotExact(w, 0, count, x.data(), a.data());
                k.dotExact(w, 0, count, x.data(), b.data());
                compare("dotExact", a, b, 2e-4f);
                std::vector<float> c(static_cast<size_t>(depth));
                std::vector<float> d = c;
                s.unpack(w, 3, c.data());
                k.unpack(w, 3, d.data());
                compare("unpack", c, d, 1e-6f);

                const int block = group == 32 ? 32 : 64;
                Activations mine(s, x, 6, depth, block, bits == 4);
                Activations theirs(k, x, 6, depth, block, bits == 4);
                for (size_t i = 0; i < mine.code.size(); i++) require("encode", mine.code[i], theirs.code[i], 1);
                compare("encode scale", mine.scale, theirs.scale, 1e-6f);
                for (int row : {0, 5}) {
                    s.dotCodes(w, 0, count, mine.codes, row, a.data());
                    k.dotCodes(w, 0, count, mine.codes, row, b.data());
                    compare("dotCodes " + std::to_string(bits), a, b, 5e-4f);
                }
            }
        }
    }
}

/// Rows as every set packs them must come back within half a step, and so must those of the scalar set; what is no number, or
/// too large, costs its group alone.
void packedKv(const Kernels& s, const Kernels& k) {
    const int count = 5;
    for (int bits : {4, 8}) {
        for (int depth : {32, 64, 96, 128, 576}) {
            const int group = depth % 64 == 0 ? 64 : 32;
            const int64_t rowBytes = depth * bits / 8 + 4 * (depth / group);
            const KvPacking format = {depth, group, bits, rowBytes};
            const float last = bits == 4 ? 15 : 255;
            std::vector<float> x = floats(static_cast<size_t>(count * depth), 3);
            for (int i = 0; i < group; i++) x[static_cast<size_t>(i)] = 0.7f;
            for (int i = 0; i < depth; i++) x[static_cast<size_t>(depth + i)] *= 1e-6f;
            x[static_cast<size_t>(2 * depth)] = NAN;
            x[static_cast<size_t>(3 * depth + 1)] = -INFINITY;
            std::vector<uint16_t> a(static_cast<size_t>(count * rowBytes / 2));
            std::vector<uint16_t> b = a;
            s.packKv(format, x.data(), count, reinterpret_cast<uint8_t*>(a.data()));
            k.packKv(format, x.data(), count, reinterpret_cast<uint8_t*>(b.data()));
            std::vector<float> ours(x.size());
            std::vector<float> theirs(x.size());
            std::vector<float> same(x.size());
            s.unpackKv(format, reinterpret_cast<const uint8_t*>(b.data()), count, ours.data());
            k.unpackKv(format, reinterpret_cast<const uint8_t*>(b.data()), count, theirs.data());
            compare("unpackKv", ours, theirs, 1e-6f);
            s.unpackKv(format, reinterpret_cast<const uint8_t*>(a.data()), count, same.data());
            for (size_t i = 0; i < x.size(); i++) {
                const auto row = static_cast<int>(i) / depth;
                const bool lost = (row == 2 || row == 3) && static_cast<int>(i) % depth < group;
                const float step = row == 1 ? 6e-6f / last + 1e-7f : 6.0f / last;
                const float wanted = lost ? NAN : x[i];
                require("packKv " + std::to_string(bits), wanted, theirs[i], 0.65f * step + 2e-3f * std::fabs(x[i]));
                require("packKv, scalar " + std::to_string(bits), wanted, same[i], 0.65f * step + 2e-3f * std::fabs(x[i]));
            }
        }
    }
}

/// kMatrixRows rows side by side: for the scalar kernels in quads, for those that have matrices by rows.
struct Matrix {
    std::vector<int8_t> quads;
    std::vector<int8_t> rows;
    std::vector<float> scale;
    std::vector<float> sum;
    int block;

    Matrix(const Codes& c, int depth) : block(c.block) {
        for (int64_t q = 0; q < c.codeStride / 4; q++) {
            for (int i = 0; i < kMatrixRows; i++) {
                for (int64_t j = 4 * q; j < 4 * q + 4; j++) quads.push_back(c.code[i * c.codeStride + j]);
            }
        }
        for (int b = 0; b < depth / block; b++) {
            for (int i = 0; i < kMatrixRows; i++) {
                scale.push_back(c.scale[i * c.blockStride + b]);
                sum.push_back(c.sum[i * c.blockStride + b]);
                const int8_t* row = c.code + i * c.codeStride;
                if (!c.split) rows.insert(rows.end(), row + b * block, row + (b + 1) * block);
                for (int odd = 0; c.split && odd < 2; odd++) {
                    for (int e = b * block + odd; e < (b + 1) * block; e += 2) {
                        rows.push_back(row[e / 128 * 128 + odd * 64 + e % 128 / 2]);
                    }
                }
            }
        }
    }

    CodeTile inQuads() const { return {quads.data(), scale.data(), sum.data(), kMatrixRows, block, false}; }
    CodeTile byRows() const { return {rows.data(), scale.data(), sum.data(), kMatrixRows, block, true}; }
};

/// Matrices give what the scalar kernels give, and to the bit what rows one by one do.
void matrices(const Kernels& s, const Kernels& k, const InterleavedRows& w, const Codes& codes) {
    if (!k.matrices) return;
    const Matrix matrix(codes, w.k);
    for (int width : {kPanelRows, 5}) {
        std::vector<float> a(static_cast<size_t>(kMatrixRows) * kPanelRows, 0);
        std::vector<float> b = a;
        std::vector<float> c = a;
        s.dotInterleaved(w, 1, matrix.inQuads(), a.data(), kPanelRows, width);
        k.dotInterleaved(w, 1, matrix.byRows(), b.data(), kPanelRows, width);
        compare("matrices " + std::to_string(w.bits), a, b, 5e-4f);
        for (int i = 0; i < kMatrixRows; i++) {
            CodeTile row{codes.code + i * codes.codeStride, codes.scale + i * codes.blockStride,
                         codes.sum + i * codes.blockStride, 1, codes.block, false};
            k.dotInterleaved(w, 1, row, c.data() + i * kPanelRows, kPanelRows, width);
        }
        compare("matrices and rows " + std::to_string(w.bits), c, b, 0);
    }
}

void interleavedOf(const Kernels& s, const Kernels& k, int bits, int group, Element element, bool e2m1) {
    const int depth = 3 * 128;
    const int size = element == Element::kF32 ? 4 : 2;
    const int64_t header = kPanelRows * (e2m1 ? 1 : 2 * size);
    const int64_t groupBytes = header + kPanelRows * group * bits / 8;
    const int64_t panelBytes = groupBytes * (depth / group);
    std::vector<uint8_t> data(static_cast<size_t>(2 * panelBytes));
    for (uint8_t& c : data) c = static_cast<uint8_t>(below(256));
    for (int64_t at = 0; at < 2 * panelBytes; at += groupBytes) {
        std::vector<float> numbers = floats(2 * kPanelRows, 0.1f);
        if (!e2m1) s.fromF32(element, numbers.data(), data.data() + at, 2 * kPanelRows);
        for (int i = 0; e2m1 && i < kPanelRows; i++) data[static_cast<size_t>(at + i)] = static_cast<uint8_t>(118 + below(8));
    }
    InterleavedRows w{data.data(), element, panelBytes, depth, group, bits, e2m1};
    std::vector<float> x = floats(static_cast<size_t>(depth) * 30, 1);
    Activations activations(s, x, 30, depth, group == 32 ? 32 : 64, bits != 8);
    for (int m = 1; m <= kCodeTileRows; m++) {
        for (int width : {kPanelRows, 5}) {
            // Any order of rows is a tile; the codes need only be of the right size.
            CodeTile tile{activations.codes.code, activations.codes.scale, activations.codes.sum, m,
                          activations.codes.block, false};
            std::vector<float> a(static_cast<size_t>(m) * kPanelRows, 0);
            std::vector<float> b = a;
            s.dotInterleaved(w, 1, tile, a.data(), kPanelRows, width);
            k.dotInterleaved(w, 1, tile, b.data(), kPanelRows, width);
            compare("dotInterleaved " + std::to_string(bits), a, b, 5e-4f);
        }
    }
    matrices(s, k, w, activations.codes);
}

/// Codes and activations as large as they get: what is added up in 16 bits must not saturate.
void extremes(const Kernels& s, const Kernels& k) {
    if (k.dotInterleaved == nullptr) return;
    const int depth = 128;
    for (int bits : {2, 3, 4, 5, 6, 8}) {
        std::vector<uint8_t> data(static_cast<size_t>(kPanelRows) * (2 * 8 + depth * bits / 8), 0xff);
        const std::vector<float> ones(2 * kPanelRows, 1);
        const int64_t groupBytes = kPanelRows * (8 + 64 * bits / 8);
        for (int64_t at = 0; at < 2 * groupBytes; at += groupBytes) {
            s.fromF32(Element::kF32, ones.data(), data.data() + at, 2 * kPanelRows);
        }
        InterleavedRows w{data.data(), Element::kF32, 2 * groupBytes, depth, 64, bits, false};
        for (float value : {1.0f, -1.0f}) {
            Activations x(s, std::vector<float>(static_cast<size_t>(depth), value), 1, depth, 64, bits != 8);
            CodeTile tile{x.codes.code, x.codes.scale, x.codes.sum, 1, 64, false};
            std::vector<float> a(kPanelRows);
            std::vector<float> b(kPanelRows);
            s.dotInterleaved(w, 0, tile, a.data(), kPanelRows, kPanelRows);
            k.dotInterleaved(w, 0, tile, b.data(), kPanelRows, kPanelRows);
            compare("extremes " + std::to_string(bits), a, b, 1e-5f);
            if (!k.matrices) continue;
            std::vector<int8_t> codes(static_cast<size_t>(depth) * kMatrixRows, x.code[0]);
            std::vector<float> scales(static_cast<size_t>(depth / 64) * kMatrixRows, x.scale[0]);
            std::vector<float> sums(scales.size(), x.sum[0]);
            CodeTile matrix{codes.data(), scales.data(), sums.data(), kMatrixRows, 64, true};
            std::vector<float> c(static_cast<size_t>(kMatrixRows) * kPanelRows);
            k.dotInterleaved(w, 0, matrix, c.data(), kPanelRows, kPanelRows);
            for (size_t i = 0; i < c.size(); i += kPanelRows) {
                compare("extremes of matrices", a, std::vector<float>(c.begin() + i, c.begin() + i + kPanelRows), 1e-5f);
            }
        }
    }
}

void interleaved(const Kernels& s, const Kernels& k) {
    if (k.dotInterleaved == nullptr) return;
    for (int bits : {2, 3, 4, 5, 6, 8}) {
        for (int group : {32, 64, 128}) {
            for (Element element : {Element::kF16, Element::kBF16, Element::kF32}) {
                interleavedOf(s, k, bits, group, element, false);
            }
        }
    }
    interleavedOf(s, k, 4, 32, Element::kF32, true);
}

void panels(const Kernels& s, const Kernels& k) {
    for (bool split : {true, false}) {
        for (int block : {32, 64}) {
            for (int depth : {128, 384}) {
                const int blocks = depth / block;
                std::vector<uint8_t> codes(static_cast<size_t>(depth * kPanelRows) + 256);
                for (uint8_t& c : codes) c = static_cast<uint8_t>(split ? below(16) : below(256));
                std::vector<float> scales = floats(static_cast<size_t>(blocks * kPanelRows), 0.1f);
                std::vector<float> biases = floats(static_cast<size_t>(blocks * kPanelRows), 1);
                CodePanel panel = {codes.data(), scales.data(), biases.data(), blocks};
                std::vector<float> x = floats(static_cast<size_t>(depth) * 9, 1);
                Activations activations(s, x, 9, depth, block, split);
                for (int m : {1, 4, 7}) {
                    for (int width : {kPanelRows, 5}) {
                        std::vector<float> a(static_cast<size_t>(m) * kPanelRows, 0);
                        std::vector<float> b = a;
                        s.gemmCodes(panel, activations.codes, 2, m, a.data(), kPanelRows, width);
                        k.gemmCodes(panel, activations.codes, 2, m, b.data(), kPanelRows, width);
                        compare("gemmCodes", a, b, 5e-4f);
                    }
                }
            }
        }
    }
}

}  // namespace

int main() {
    for (const char* isa : {"scalar", "avx2", "avx512", "amx", "neon", "neondot"}) {
        try {
            chooseIsa(isa);
        } catch (const std::exception&) {
            std::printf("%s is not here\n", isa);
            continue;
        }
        compared = 0;
        for (auto check : {conversions, rows, products, columns, packedRows, packedKv, interleaved, extremes, panels}) check(*scalarKernels(), kernels());
        std::printf("%s: %d values agree\n", isa, compared);
    }
    return 0;
}
