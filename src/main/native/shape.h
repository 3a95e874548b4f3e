// Element types, shapes and the checks on them that both back ends share.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace mlxm {

/// Anything the caller did wrong; becomes a Java MlxException.
class Error : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The codes are those of io.mlxmanager.mlx.Dtype.
enum class Dtype : int32_t {
    kBool = 0,
    kU8 = 1,
    kU16 = 2,
    kU32 = 3,
    kU64 = 4,
    kI8 = 5,
    kI16 = 6,
    kI32 = 7,
    kI64 = 8,
    kF16 = 9,
    kBF16 = 10,
    kF32 = 11,
};

constexpr int kDtypeCount = 12;

constexpr bool isFloat(Dtype d) {
    return d == Dtype::kF16 || d == Dtype::kBF16 || d == Dtype::kF32;
}

constexpr bool isHalf(Dtype d) {
    return d == Dtype::kF16 || d == Dtype::kBF16;
}

int byteSize(Dtype d);
const char* name(Dtype d);

/// The dtype of a code from Java; throws Error for any other number.
Dtype dtypeOf(int32_t code);

/// The common type of two operands, as MLX defines it (BF16 with F16 gives F32, an integer yields to a float).
Dtype promote(Dtype a, Dtype b);

/// Lengths of up to eight axes, outermost first. Plain data: copying one allocates nothing.
struct Shape {
    static constexpr int kMaxRank = 8;

    int32_t rank = 0;
    int32_t dims[kMaxRank] = {};

    Shape() = default;
    Shape(std::initializer_list<int32_t> lengths);

    /// Throws Error if there are more axes than kMaxRank.
    void push(int32_t length);

    int32_t operator[](int axis) const { return dims[axis]; }
    int32_t& operator[](int axis) { return dims[axis]; }
    int32_t back() const { return dims[rank - 1]; }

    bool operator==(const Shape& other) const;
    bool operator!=(const Shape& other) const { return !(*this == other); }

    /// Number of elements; throws Error on a negative length or when the product does not fit 63 bits.
    int64_t size() const;

    /// Product of the lengths of axes [from, to).
    int64_t product(int from, int to) const;

    std::string str() const;
};

/// The axis a possibly negative number means; throws Error if the rank has no such axis.
int checkedAxis(int axis, int rank);

/// size() * byteSize(), checked for overflow.
int64_t checkedBytes(const Shape& shape, Dtype dtype);

/// The common shape of two operands; throws Error if they do not broadcast.
Shape broadcast(const Shape& a, const Shape& b);

/// The sizes of a gated delta rule.
struct DeltaSizes {
    int batches;
    int tokens;
    int keyHeads;
    int keyDim;
    int valueHeads;
    int valueDim;
};

/// Throws Error for shapes that do not fit each other.
DeltaSizes checkedDelta(const Shape& q, const Shape& k, const Shape& v, const Shape& decay, const Shape& beta,
                        const Shape& state);

}  // namespace mlxm
