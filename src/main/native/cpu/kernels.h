// The inner loops, one table of them per instruction set. Everything here is plain data and plain pointers: the files that
// implement it are compiled with flags of their own and must not instantiate inline code of the standard library, which
// the linker could then pick for machines without those instructions.
#pragma once

#include <stdint.h>

namespace mlxm {
namespace cpu {

/// How floats lie in memory.
enum class Element : int { kF32, kF16, kBF16 };

/// Width of the panels that gemmF32 multiplies by.
constexpr int kPanelWidth = 32;

/// Rows of a packed eight-bit panel.
constexpr int kPanelRows = 16;

/// Eight-bit activations of `rows` rows. A row is cut into blocks of `block` elements (32 or 64) with
/// x = scale * code; `sum` is scale times the sum of the codes of a block. Code order is natural, or split: within every 128 elements the 64
/// even ones, then the 64 odd ones, which is how four-bit weights come apart. Strides are padded (codes to 128, blocks to
/// 16) with zeros.
struct Codes {
    const int8_t* code;
    const float* scale;
    const float* sum;
    int64_t codeStride;
    int64_t blockStride;
    int block;
    bool split;
};

/// Rows of packed affine weights, four or eight bits: k codes per row, a scale and a bias per group.
struct PackedRows {
    const uint8_t* codes;
    const void* scales;
    const void* biases;
    Element element;  ///< of scales and biases
    int64_t rowBytes;
    int64_t groups;  ///< per row
    int k;
    int group;
    int bits;  ///< 4 or 8
};

/// Rows of packed keys or values: codes of 4 or 8 bits in natural order (the first of two in the low half of a byte), then
/// the scale of every group, then the biases of all, both in F16. A row takes k * bits / 8 + 4 * k / group bytes, and lies at
/// an even address. An element is code * scale + bias.
struct KvPacking {
    int k;      ///< elements of a row
    int group;  ///< a divisor of k, 32 or 64
    int bits;
    int64_t rowBytes;
};

/// Sixteen rows of packed weights taken apart for gemmCodes: code[quad][row][4], scale[block][row], bias[block][row].
struct CodePanel {
    const uint8_t* code;
    const float* scale;
    const float* bias;
    int blocks;  ///< of the activations, per row
};

/// Most rows of activations in a tile of any kernels, unless it lies by rows.
constexpr int kCodeTileRows = 12;

/// Rows of a tile that lies by rows.
constexpr int kMatrixRows = 16;

/// The same codes for `rows` rows side by side, as a kernel takes them: code[quad][row][4] (quads in the order of Codes),
/// scale[block][row], sum[block][row]. By rows they lie code[block][row][], those of a block in the order of Codes.
struct CodeTile {
    const int8_t* code;
    const float* scale;
    const float* sum;
    int rows;
    int block;
    bool byRows;
};

/// Rows of packed weights by sixteens, filled up with zeros. A panel of sixteen is one stream, group after group: sixteen
/// scales, sixteen biases, then words of 32 bits, each word sixteen times, once for each row.
/// Eight bits: word by word of the group. Fewer bits: every 32 elements take `bits` words as placesOf says.
/// e2m1: four bits that are numbers of E2M1, with sixteen bytes of E8M0 as scales and no biases; kernels take such a code
/// for kE2M1Codes[code] with half the scale and the bias that makes up for the shift.
struct InterleavedRows {
    const uint8_t* data;
    Element element;  ///< of scales and biases
    int64_t panelBytes;
    int k;
    int group;
    int bits;  ///< 2, 3, 4, 5, 6 or 8
    bool e2m1;
};

/// Twice the number that a code of E2M1 stands for, plus twelve.
constexpr uint8_t kE2M1Codes[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
constexpr int kE2M1Shift = 12;

/// Where the code of one of 32 elements lies in their words: its low bits in one plane, the rest in another behind it. Quad
/// 2 q of activations that are split meets elements 8 q, 8 q + 2, 8 q + 4 and 8 q + 6, the next one those between.
struct CodePlaces {
    int byte;  ///< of the words
    int lowBits;
    int lowWord;
    int lowShift;
    int highWord;
    int highShift;
};

static constexpr CodePlaces placesOf(int bits, int element) {
    CodePlaces p{};
    const int quad = element / 8 * 2 + element % 2;
    p.byte = element % 8 / 2;
    p.lowBits = bits >= 4 ? 4 : 2;
    p.lowWord = p.lowBits == 4 ? quad / 2 : quad / 4;
    p.lowShift = p.lowBits == 4 ? quad % 2 * 4 : quad % 4 * 2;
    const int lowWords = p.lowBits;
    p.highWord = lowWords + (bits == 6 ? quad / 4 : 0);
    p.highShift = bits == 6 ? quad % 4 * 2 : quad;
    return p;
}

struct Kernels {
    const char* isa;

    // Conversion

    void (*toF32)(Element from, const void* in, float* out, int64_t n);
    void (*fromF32)(Element to, const float* in, void* out, int64_t n);

    // Rows of floats. `out` may be one of the inputs. A step of 0 repeats the first element.

    void (*unary)(int op, const float* x, float* out, int64_t n);
    void (*binary)(int op, const float* a, int64_t aStep, const float* b, int64_t bStep, float* out, int64_t n);
    float (*sum)(const float* x, int64_t n);
    float (*max)(const float* x, int64_t n);
    /// out = exp(x - shift), returns the sum.
    float (*expSum)(const float* x, float shift, float* out, int64_t n);
    void (*scale)(const float* x, float factor, float* out, int64_t n);
    void (*rmsNorm)(const float* x, const float* weight, float eps, float* out, int64_t n);

    // Products of floats

    /// out[r] = dot(rows[r], x) for `rows` consecutive rows of length k, `stride` elements apart.
    void (*dotRows)(Element element, const void* rows, int64_t stride, const float* x, int64_t k, float* out, int count);
    /// out[0..n) += sum over j < count of p[j] * row j; rows are `stride` elements apart.
    void (*addRows)(Element element, const void* rows, int64_t stride, const float* p, int count, float* out, int64_t n);
    /// dotRows for `heads` rows x, `xStride` apart, with out[r] of each `outStride` apart: a row is read once for two of them.
    void (*dotHeads)(Element element, const void* rows, int64_t stride, const float* x, int64_t xStride, int heads,
                     int64_t k, float* out, int64_t outStride, int count);
    /// addRows for `heads` rows p, `pStride` apart, to as many rows out, `outStride` apart. As many rows as are given
    /// should follow them: they are asked for.
    void (*addHeads)(Element element, const void* rows, int64_t stride, const float* p, int64_t pStride, int heads,
                     int count, float* out, int64_t outStride, int64_t n);
    /// y[i][0..width) (+)= x[i][0..k) * panel[k][kPanelWidth] for i < m; width <= kPanelWidth.
    void (*gemmF32)(const float* panel, int k, const float* x, int64_t xStride, int m, float* y, int64_t yStride,
                    int width, bool accumulate);

    /// `width` rows of k floats as the columns of a panel[k][kPanelWidth], zeros in the columns behind them.
    void (*panel)(const float* rows, int k, int width, float* panel);

    // Packed weights

    /// Codes, scales and sums of one row of activations.
    void (*encode)(const float* x, int k, int block, bool split, int8_t* code, float* scale, float* sum);
    /// out[r] = row (from + r) times the activations of one row, for r < count.
    void (*dotCodes)(const PackedRows& w, int64_t from, int count, const Codes& x, int64_t row, float* out);
    /// As dotCodes with float32 activations.
    void (*dotExact)(const PackedRows& w, int64_t from, int count, const float* x, float* out);
    /// y[i][0..width) = panel * activations of row i, for i < m.
    void (*gemmCodes)(const CodePanel& panel, const Codes& x, int64_t row, int m, float* y, int64_t yStride, int width);
    /// y[i][0..width) = the rows of a panel times row i of a tile, whose codes are natural for eight bits and split for
    /// fewer. Null where rows one by one do as well.
    void (*dotInterleaved)(const InterleavedRows& w, int64_t panel, const CodeTile& x, float* y, int64_t yStride,
                           int width);
    /// Rows of a tile that dotInterleaved does best; it takes up to kCodeTileRows.
    int tileRows;
    /// Whether it does kMatrixRows rows best, and takes those in tiles that lie by rows.
    bool matrices;
    /// One row to float32.
    void (*unpack)(const PackedRows& w, int64_t row, float* out);

    // Packed keys and values

    /// `count` rows of floats. A group in which something is not finite becomes NaN as a whole.
    void (*packKv)(const KvPacking& format, const float* x, int64_t count, uint8_t* rows);
    void (*unpackKv)(const KvPacking& format, const uint8_t* rows, int64_t count, float* out);
};

const Kernels* scalarKernels();
/// Null where the compiler does not target that architecture.
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();
const Kernels* amxKernels();
const Kernels* neonKernels();
const Kernels* neondotKernels();

}  // namespace cpu
}  // namespace mlxm
