// Attention as the operation and the store of keys and values both need it.
#pragma once

#include <mlx/array.h>

#include <optional>

#include "arrays.h"

namespace mlxm::bridge {

/// Computed in the dtype of `q`, to which everything else is brought; the shapes have been checked.
mx::array attention(const mx::array& q, const mx::array& k, const mx::array& v, float scale, bool causal,
                    std::optional<mx::array> mask, std::optional<mx::array> sinks);

/// As above with scores pressed between plus and minus `cap`, which MLX has no kernel for. mask: BOOL [queries, keys].
mx::array cappedAttention(const mx::array& q, const mx::array& k, const mx::array& v, float scale, float cap,
                          std::optional<mx::array> mask, std::optional<mx::array> sinks);

}  // namespace mlxm::bridge
