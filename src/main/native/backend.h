// What a back end provides. The JNI layer calls these functions and nothing else of a back end; exactly one back end is
// linked into a library, chosen when it is built.
//
// Contract of every function that takes or makes arrays:
//  - arguments may be wrong in any way (shape, dtype, axis, range); what does not fit throws mlxm::Error with a message
//    that names the offending value (operation, shapes and dtypes of the arguments are put in front of it by the caller);
//  - nothing aborts, exits or reads outside an array; memory that is not there throws std::bad_alloc or mlxm::Error;
//  - results are new arrays (or new names for the same immutable elements) with one reference, owned by the returned Ref;
//  - dtypes follow MLX; half types are computed in float32 and rounded once.
// Operations run on whatever thread calls them, one at a time per array; references may be dropped on any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "shape.h"

namespace mlxm {

/// One immutable array. The back end defines it.
class Array;

/// Reference counting of arrays, defined by the back end; safe on any thread.
void retain(Array* array) noexcept;
void release(Array* array) noexcept;

/// A counted reference to an array, or none.
class ArrayRef {
 public:
    ArrayRef() = default;
    ArrayRef(std::nullptr_t) {}
    ArrayRef(const ArrayRef& other) : array_(other.array_) {
        if (array_) retain(array_);
    }
    ArrayRef(ArrayRef&& other) noexcept : array_(std::exchange(other.array_, nullptr)) {}
    ArrayRef& operator=(ArrayRef other) noexcept {
        std::swap(array_, other.array_);
        return *this;
    }
    ~ArrayRef() {
        if (array_) release(array_);
    }

    /// Takes over a reference that was counted already.
    static ArrayRef adopt(Array* array) {
        ArrayRef ref;
        ref.array_ = array;
        return ref;
    }

    Array* get() const { return array_; }
    Array* operator->() const { return array_; }
    Array& operator*() const { return *array_; }
    explicit operator bool() const { return array_ != nullptr; }

 private:
    Array* array_ = nullptr;
};

/// One code per element-wise function; the order is that of io.mlxmanager.mlx.UnaryOp.
enum class Unary : int32_t {
    kNegative,
    kAbs,
    kExp,
    kLog,
    kSqrt,
    kRsqrt,
    kSquare,
    kSin,
    kCos,
    kTanh,
    kErf,
    kSigmoid,
    kSilu,
    kGeluErf,
    kGeluTanh,
    kGeluFast,
    kFloor,
    kLogicalNot,
};
constexpr int kUnaryCount = 18;

/// The order is that of io.mlxmanager.mlx.BinaryOp. kSwiglu is silu(a) * b.
enum class Binary : int32_t {
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kMaximum,
    kMinimum,
    kPower,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kEqual,
    kNotEqual,
    kLogicalAnd,
    kLogicalOr,
    kSwiglu,
};
constexpr int kBinaryCount = 16;

/// The order is that of io.mlxmanager.mlx.ReduceOp.
enum class Reduce : int32_t { kSum, kMax, kMin, kMean, kLogsumexp, kArgmax, kArgmin };
constexpr int kReduceCount = 7;

/// The order is that of io.mlxmanager.mlx.Quantization.Mode.
enum class QuantMode : int32_t { kAffine, kMxfp4, kMxfp8, kNvfp4 };
constexpr int kQuantModeCount = 4;

/// How weights are packed; groups run along the last axis, rows are little-endian bit streams in U32 words.
struct Quant {
    QuantMode mode;
    int groupSize;
    int bits;

    bool affine() const { return mode == QuantMode::kAffine; }
};

/// A packed matrix as it is passed around; biases is empty unless the mode is affine.
struct Packed {
    ArrayRef weight;
    ArrayRef scales;
    ArrayRef biases;
    Quant quant;
};

/// Elements of an array in host memory, row-major and of the dtype asked for; valid while `owner` lives.
struct HostView {
    ArrayRef owner;
    const void* data;
};

struct MemoryFigures {
    int64_t active;
    int64_t peak;
    int64_t cache;
    int64_t limit;
};

/// How queries look back on what is stored: causally, lower-right aligned (see io.mlxmanager.mlx.AttentionRule).
struct AttentionRule {
    float scale;     ///< factor on the scores
    int window;      ///< keys a query looks back on, itself included; 0 means all
    float cap;       ///< scaled scores are pressed between plus and minus this; 0 leaves them
    ArrayRef sinks;  ///< [heads] or none
};

/// Shape of what a store holds for one position.
struct KvShape {
    int kvHeads;
    int keyDim;
    int valueDim;
    bool latent;  ///< values are the first valueDim elements of the keys, and are not stored again
};

/// Keys and values of one layer and one sequence (see io.mlxmanager.mlx.KvStore).
class KvStore {
 public:
    virtual ~KvStore() = default;
    virtual int length() const = 0;
    /// k [1, kvHeads, positions, keyDim] and v [1, kvHeads, positions, valueDim], floating, or as `read` gives them; v is none
    /// in a latent store. Checks both before it stores anything.
    virtual void append(const ArrayRef& k, const ArrayRef& v) = 0;
    /// q [1, heads, queries, keyDim]; the result is [1, heads, queries, valueDim].
    virtual ArrayRef attend(const ArrayRef& q, const AttentionRule& rule) = 0;
    /// Forgets positions from length on; 0 <= length <= length().
    virtual void trim(int length) = 0;
    virtual int64_t bytes() const = 0;
    /// A store of positions from .. to of this one (from: a multiple of kvBlockPositions()). What is stored is shared as far
    /// as the back end can; neither store sees what the other does afterwards.
    virtual std::shared_ptr<KvStore> share(int from, int to) = 0;
    /// Appends what the other store (same heads, size and type) holds; length() must be a multiple of kvBlockPositions().
    virtual void adopt(const KvStore& other) = 0;
    /// A copy of the keys or the values of positions from .. to, [1, kvHeads, to - from, keyDim or valueDim] of the store's
    /// type, or of a packed store [1, kvHeads, to - from, bytes of a row], U8; none for the values of a latent store.
    virtual ArrayRef read(int from, int to, bool values) const = 0;
};

/// A file mapped read-only (see io.mlxmanager.mlx.WeightFile).
class WeightFile {
 public:
    virtual ~WeightFile() = default;
    virtual int64_t size() const = 0;
    /// A view, or a copy where the offset does not suit the dtype; throws if any byte lies outside the file.
    virtual ArrayRef array(Dtype dtype, const Shape& shape, int64_t offset) = 0;
};

namespace backend {

// Runtime. The JNI layer makes sure that setters are not called while an operation runs.

std::string backendName();
std::string version();
std::string deviceName();
std::string isaName();
/// "auto" or a name the back end knows; throws Error for anything this machine does not have.
void setIsa(const std::string& name);
int threads();
/// 0 for the default. Back ends without threads of their own ignore it.
void setThreads(int count);
bool exact();
/// Quantised products with float32 activations. Back ends that know nothing else ignore it.
void setExact(bool exact);
MemoryFigures memory();
/// 0 for the default.
void setMemoryLimit(int64_t bytes);
void resetPeak();
void clearCache();

// Arrays

Shape shapeOf(const Array& x);
Dtype dtypeOf(const Array& x);
/// Copies shape.size() elements of dtype from `bytes`.
ArrayRef fromHost(Dtype dtype, const Shape& shape, const void* bytes);
ArrayRef full(Dtype dtype, const Shape& shape, double value);
HostView hostView(const ArrayRef& x, Dtype dtype);
void eval(const std::vector<ArrayRef>& arrays, bool wait);

// Shape

/// At most one length is -1.
ArrayRef reshape(const ArrayRef& x, const Shape& shape);
/// `axes` empty reverses.
ArrayRef transpose(const ArrayRef& x, const Shape& axes);
ArrayRef slice(const ArrayRef& x, const Shape& start, const Shape& stop);
ArrayRef concatenate(const std::vector<ArrayRef>& arrays, int axis);
ArrayRef expandDims(const ArrayRef& x, int axis);
ArrayRef squeeze(const ArrayRef& x, int axis);
ArrayRef broadcastTo(const ArrayRef& x, const Shape& shape);
/// Indices are range-checked here and in the two below (0 <= index < length); MLX itself does not.
ArrayRef takeRows(const ArrayRef& table, const std::vector<int32_t>& ids);
ArrayRef take(const ArrayRef& x, const ArrayRef& indices, int axis);
ArrayRef takeAlongAxis(const ArrayRef& x, const ArrayRef& indices, int axis);
ArrayRef astype(const ArrayRef& x, Dtype dtype);

// Element by element

ArrayRef unary(Unary op, const ArrayRef& x);
ArrayRef binary(Binary op, const ArrayRef& a, const ArrayRef& b);
/// `b` takes the dtype of `a`, except that an integer `a` with a number that is no integer gives F32.
ArrayRef binaryScalar(Binary op, const ArrayRef& a, double b);
ArrayRef where(const ArrayRef& condition, const ArrayRef& a, const ArrayRef& b);

// Along an axis

ArrayRef reduce(Reduce op, const ArrayRef& x, int axis, bool keepDims);
ArrayRef softmax(const ArrayRef& x, int axis);
ArrayRef cumsum(const ArrayRef& x, int axis);
/// U32 indices, ascending and stable, NaN last.
ArrayRef argsort(const ArrayRef& x, int axis);
ArrayRef topk(const ArrayRef& x, int k, int axis);

// Products

ArrayRef matmul(const ArrayRef& a, const ArrayRef& b);
/// x [..., in], weight [out, in], bias [out] or none.
ArrayRef linear(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias);
/// x [..., m, in], weights [matrices, out, in]; the leading axes of x are broadcast against those of the integer indices,
/// which are range-checked. The result is [shape of the indices, m, out].
ArrayRef gatherLinear(const ArrayRef& x, const ArrayRef& weights, const ArrayRef& indices);

// Packed weights

Packed quantize(const ArrayRef& w, Quant quant);
ArrayRef dequantize(const Packed& w, Dtype dtype);
ArrayRef gatherDequantize(const Packed& w, const std::vector<int32_t>& rows, Dtype dtype);
ArrayRef quantizedMatmul(const ArrayRef& x, const Packed& w, bool transpose);
/// lhsIndices may be none; indices are range-checked.
ArrayRef gatherQmm(const ArrayRef& x, const Packed& w, const ArrayRef& lhsIndices, const ArrayRef& rhsIndices,
                   bool transpose);

// Fused

ArrayRef rmsNorm(const ArrayRef& x, const ArrayRef& weight, float eps);
ArrayRef layerNorm(const ArrayRef& x, const ArrayRef& weight, const ArrayRef& bias, float eps);

struct Rope {
    int dims;
    bool traditional;
    float base;                     ///< ignored if freqs is given
    float scale;
    int offset;                     ///< of every row of the first axis, unless offsets is given
    std::vector<int32_t> offsets;   ///< one per row of the first axis, or empty
    ArrayRef freqs;                 ///< [dims / 2] or none
};
ArrayRef rope(const ArrayRef& x, const Rope& rope);

/// mask: BOOL or floating, broadcastable to [batch, heads, queries, keys], or none; sinks [heads] or none.
ArrayRef scaledDotProductAttention(const ArrayRef& q, const ArrayRef& k, const ArrayRef& v, float scale, bool causal,
                                   const ArrayRef& mask, const ArrayRef& sinks);

/// What a gated delta rule reads: q, k [batch, tokens, keyHeads, keyDim], v [batch, tokens, valueHeads, valueDim], decay and
/// beta [batch, tokens, valueHeads]; several heads of values may share one of keys.
struct DeltaInputs {
    ArrayRef q;
    ArrayRef k;
    ArrayRef v;
    ArrayRef decay;
    ArrayRef beta;
};

struct Recurrence {
    ArrayRef out;    ///< of the shape and dtype of v
    ArrayRef state;  ///< after the last token, F32
};

/// Token by token: state *= decay; state += beta * (v - state k) k^T; out = state q. The state is [batch, valueHeads,
/// valueDim, keyDim].
Recurrence gatedDelta(const DeltaInputs& x, const ArrayRef& state);

// Random: threefry, the numbers MLX gives for the same key

ArrayRef randomKey(uint64_t seed);
ArrayRef randomSplit(const ArrayRef& key, int count);
ArrayRef randomBits(const ArrayRef& key, const Shape& shape);
ArrayRef randomUniform(const ArrayRef& key, float low, float high, const Shape& shape);
ArrayRef randomNormal(const ArrayRef& key, const Shape& shape);
ArrayRef randomGumbel(const ArrayRef& key, const Shape& shape);
ArrayRef randomCategorical(const ArrayRef& key, const ArrayRef& logits, int axis);

// Stores and files

/// Says that products with these weights follow; the back end may lay them out anew. Changes no result but by rounding.
void prepareWeights(const Packed& w);
/// bits: 0 to store elements of dtype; 8 or 4 to pack them in groups of 64, or of 32 where rows do not divide into those, and
/// rows that do not divide into either are refused. Then dtype is what the back end may compute with.
std::shared_ptr<KvStore> createKvStore(const KvShape& shape, Dtype dtype, int bits);
/// Positions that stores share at least; the same for all stores.
int kvBlockPositions();
/// One step of several sequences of one layer: appends row i of k and v [rows, kvHeads, 1, keyDim or valueDim] to store i,
/// or nothing where there is no k, then row i of q [rows, heads, 1, keyDim] attends over store i. The stores are of one
/// kind, each occurs once.
ArrayRef stepStores(const std::vector<std::shared_ptr<KvStore>>& stores, const ArrayRef& q, const ArrayRef& k,
                    const ArrayRef& v, const AttentionRule& rule);
std::shared_ptr<WeightFile> mapWeightFile(const std::string& path);

}  // namespace backend
}  // namespace mlxm
