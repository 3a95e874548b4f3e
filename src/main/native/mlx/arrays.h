// Arrays of the mlx back end: nodes of MLX's graph, computed when somebody asks for their elements. What MLX does not check
// when it builds the graph (sizes, memory, the range of indices) is checked here, because its kernels do not check it either.
#pragma once

#include <mlx/array.h>

#include <atomic>
#include <vector>

#include "../backend.h"

namespace mlxm {

namespace mx = mlx::core;

class Array {
 public:
    Array(mx::array array, Dtype type, const Shape& lengths, int64_t bound)
        : value(std::move(array)), dtype(type), shape(lengths), below(bound) {}

    std::atomic<int32_t> refs{1};
    const mx::array value;
    const Dtype dtype;
    const Shape shape;
    /// Every element is known to be an integer in [0, below); 0 if nothing is known.
    const int64_t below;
};

namespace bridge {

mx::Dtype toMlx(Dtype dtype);
mx::Shape toMlx(const Shape& shape);

/// A result that will take memory of its own. Throws Error when its size cannot be counted, computed or allocated.
ArrayRef computed(mx::array value, int64_t below = 0);

/// A new name for elements that exist already.
ArrayRef view(mx::array value, int64_t below = 0);

/// Throws Error when so many bytes more would go beyond the memory limit. MLX on a CPU dereferences what malloc gives
/// without a look, so that nothing too large may reach it.
void requireRoom(int64_t bytes);

/// True if MLX computes on a GPU.
bool onGpu();

/// A number as a scalar of that dtype, integers modulo what it holds; throws Error if that is no number.
mx::array scalar(double value, Dtype dtype);

/// `x` itself, or in float32 if it is of a half type and MLX computes on the CPU: its kernels there round every
/// intermediate to the half type (in products even every partial sum), while those for a GPU accumulate in float32.
mx::array wide(const mx::array& x);
ArrayRef narrowed(const mx::array& value, Dtype dtype);

/// `x` as int64 in host memory, computed if need be.
std::vector<int64_t> hostIntegers(const ArrayRef& x);

/// Throws Error unless every element of the integer array lies in [0, length). Waits for the elements unless their range
/// is known: results of argsort and the like are.
void requireIndices(const ArrayRef& indices, int64_t length);
void requireIndices(const std::vector<int32_t>& indices, int64_t length);

void requireFloat(const ArrayRef& x, const char* what);

}  // namespace bridge
}  // namespace mlxm
