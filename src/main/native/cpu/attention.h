// Attention over keys and values that lie in runs of consecutive positions.
#pragma once

#include <vector>

#include "common.h"

namespace mlxm {
namespace cpu {

inline int64_t elementBytes(Element element) {
    return element == Element::kF32 ? 4 : 2;
}

/// Keys and values of one head for `count` consecutive positions; rows are `stride` elements apart.
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

/// All that the rows of one head need. Rows are float32; out must not overlap them.
struct HeadAttention {
    Element element;
    int headDim;
    int valueDim;
    const std::vector<KvRun>* runs;
    float scale;
    const float* sink;  ///< the head's sink, or none
};

/// out[valueDim] = attention of one query row.
void attendRow(const HeadAttention& head, const float* query, const Visible& visible, float* scores, float* out);

}  // namespace cpu
}  // namespace mlxm
