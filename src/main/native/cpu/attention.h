// Attention over keys and values that lie in runs of consecutive positions.
#pragma once

#include <vector>

#include "common.h"

namespace mlxm {
namespace cpu {

/// How the rows of keys and values lie in memory.
struct RowFormat {
    Element element;  ///< of rows that are not packed
    int bits;         ///< of the elements of packed rows; 0 for rows that are not

    bool packed() const { return bits != 0; }
    KvPacking packing(int dim) const;
    int64_t rowBytes(int dim) const { return packed() ? packing(dim).rowBytes : dim * elementBytes(element); }
    /// Rows one after the other to float32.
    void expand(const char* rows, int dim, int64_t count, float* out) const;
};

/// Whether rows of so many elements can be packed.
bool packs(int dim);

/// Keys and values of one head for `count` consecutive positions.
struct KvRun {
    const char* keys;
    const char* values;
    int64_t count;
};

/// What one query row may see and how its scores are changed.
struct Visible {
    int64_t from;        ///< first position
    int64_t to;          ///< behind the last position
    const float* added;  ///< one number per position, or none
    const uint8_t* kept; ///< one flag per position, or none
};

/// All that the rows of heads need that share one head of keys. Rows are float32; out must not overlap them.
struct HeadAttention {
    RowFormat format;
    int headDim;
    int valueDim;
    int valueStride;  ///< elements of a row of values: more than valueDim where the values are the keys' beginning
    const std::vector<KvRun>* runs;
    float scale;
    float cap;          ///< see AttentionRule
    const float* sink;  ///< the sink of each head, or none
};

/// Presses n scores between plus and minus `cap`; 0 leaves them.
void capScores(float* scores, float cap, int64_t n);

/// One query row of each of `heads` heads, `queryStride` apart: the attention of head h goes to out + h * outStride. The
/// heads take turns at every few positions, which are then still in the cache. `scores` has room for all positions of all heads.
void attendRow(const HeadAttention& head, int heads, const float* query, int64_t queryStride, const Visible& visible,
               float* scores, float* out, int64_t outStride);

}  // namespace cpu
}  // namespace mlxm
