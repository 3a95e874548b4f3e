// Keys and values of one sequence in arrays that grow by steps. An append is a slice_update, which MLX carries out in
// place because nothing else holds the array by the time it is computed.
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <algorithm>
#include <limits>

#include "attention.h"
#include "kv_rows.h"

namespace mlxm {

namespace {

constexpr int kStep = 256;

class GrowingStore final : public KvStore {
 public:
    GrowingStore(const KvShape& shape, Dtype dtype, int bits)
        : shape_(shape), dtype_(dtype), bits_(bits), keys_(shape.kvHeads, shape.keyDim, dtype, bits),
          values_(shape.kvHeads, shape.latent ? 1 : shape.valueDim, dtype, shape.latent ? 0 : bits) {}

    int length() const override { return length_; }

    void append(const ArrayRef& k, const ArrayRef& v) override {
        requireRows(k, v);
        int count = k->shape[2];
        if (count == 0) return;
        if (count > std::numeric_limits<int>::max() - kStep - length_) throw Error("too many positions");
        int end = length_ + count;
        bridge::KvRows keys = keys_;
        bridge::KvRows values = values_;
        bool grows = end > capacity_;
        int capacity = grows ? (end + kStep - 1) / kStep * kStep : capacity_;
        if (grows) {
            bridge::requireRoom(bytesFor(capacity));
            keys.grow(length_, capacity);
            if (v) values.grow(length_, capacity);
        }
        keys.put(keys.partsOf(k), length_, end);
        if (v) values.put(values.partsOf(v), length_, end);
        // Starts the work, so that a store which nobody reads for long does not pile up a graph.
        if (grows) mx::async_eval(all(keys, values));
        keys_ = std::move(keys);
        values_ = std::move(values);
        capacity_ = capacity;
        length_ = end;
    }

    ArrayRef attend(const ArrayRef& q, const AttentionRule& rule) override {
        requireQueries(q, rule, length_);
        int count = q->shape[2];
        if (count == 0) return backend::full(q->dtype, Shape{1, q->shape[1], 0, shape_.valueDim}, 0);
        bool windowed = rule.window > 0 && rule.window < length_;
        // The first key that the first query sees.
        int first = windowed ? std::max(0, length_ - count - rule.window + 1) : 0;
        bridge::requireRoom(checkedBytes(Shape{1, q->shape[1], count, length_ - first}, Dtype::kF32));
        std::optional<mx::array> mask;
        if ((windowed || rule.cap > 0) && count > 1) mask = visible(count, first, windowed ? rule.window : length_);
        std::optional<mx::array> sink;
        if (rule.sinks) sink = rule.sinks->value;
        mx::array queries = mx::astype(q->value, computeType());
        mx::array keys = keys_.floats(first, length_);
        mx::array values = shape_.latent ? leading(keys) : values_.floats(first, length_);
        if (rule.cap > 0) {
            return bridge::narrowed(bridge::cappedAttention(queries, keys, values, rule.scale, rule.cap, mask, sink),
                                    q->dtype);
        }
        bool causal = count > 1 && !mask;
        return bridge::narrowed(bridge::attention(queries, keys, values, rule.scale, causal, mask, sink), q->dtype);
    }

    void trim(int length) override {
        if (length < 0 || length > length_) {
            throw Error("cannot trim " + std::to_string(length_) + " positions to " + std::to_string(length));
        }
        length_ = length;
    }

    int64_t bytes() const override { return bytesFor(capacity_); }

    /// A copy: MLX updates in place only what nobody else holds.
    std::shared_ptr<KvStore> share(int from, int to) override {
        if (from < 0 || to < from || to > length_ || from % kStep != 0) {
            throw Error("cannot share positions " + std::to_string(from) + " to " + std::to_string(to) + " of " +
                        std::to_string(length_));
        }
        auto part = std::make_shared<GrowingStore>(shape_, dtype_, bits_);
        part->keys_ = keys_.copy(from, to);
        if (!shape_.latent) part->values_ = values_.copy(from, to);
        mx::eval(all(part->keys_, part->values_));
        part->capacity_ = part->length_ = to - from;
        return part;
    }

    void adopt(const KvStore& other) override {
        const auto* from = dynamic_cast<const GrowingStore*>(&other);
        if (from == nullptr || !fits(*from)) throw Error("the stores differ in heads, their size or their type");
        if (length_ % kStep != 0) throw Error("positions cannot be adopted behind " + std::to_string(length_));
        if (from->length_ == 0) return;
        bridge::KvRows keys = keys_;
        bridge::KvRows values = values_;
        keys.join(length_, from->keys_, from->length_);
        if (!shape_.latent) values.join(length_, from->values_, from->length_);
        keys_ = std::move(keys);
        values_ = std::move(values);
        length_ += from->length_;
        capacity_ = length_;
    }

    ArrayRef read(int from, int to, bool values) const override {
        if (from < 0 || to < from || to > length_) {
            throw Error("cannot read positions " + std::to_string(from) + " to " + std::to_string(to) + " of " +
                        std::to_string(length_));
        }
        if (values && shape_.latent) return ArrayRef();
        return bridge::computed((values ? values_ : keys_).stored(from, to));
    }

    bool fits(const GrowingStore& other) const {
        return other.shape_.kvHeads == shape_.kvHeads && other.shape_.keyDim == shape_.keyDim &&
               other.shape_.valueDim == shape_.valueDim && other.shape_.latent == shape_.latent &&
               other.dtype_ == dtype_ && other.bits_ == bits_;
    }

    void requireRows(const ArrayRef& k, const ArrayRef& v) const {
        requireFits(k, keys_, shape_.keyDim, "k");
        if (shape_.latent == static_cast<bool>(v)) {
            throw Error(shape_.latent ? "the values of this store are in its keys" : "keys without values");
        }
        if (v) {
            requireFits(v, values_, shape_.valueDim, "v");
            if (k->shape[2] != v->shape[2]) throw Error("k and v differ in positions");
        }
    }

    /// length: positions that there are when the queries are asked.
    void requireQueries(const ArrayRef& q, const AttentionRule& rule, int length) const {
        const Shape& s = q->shape;
        if (s.rank != 4 || s[0] != 1 || s[1] < shape_.kvHeads || s[1] % shape_.kvHeads != 0 || s[3] != shape_.keyDim) {
            throw Error("q must be [1,heads,queries," + std::to_string(shape_.keyDim) + "] with a multiple of " +
                        std::to_string(shape_.kvHeads) + " heads, not " + s.str());
        }
        bridge::requireFloat(q, "q");
        if (s[2] > length) {
            throw Error(std::to_string(s[2]) + " queries over " + std::to_string(length) + " stored positions");
        }
        if (rule.window < 0) throw Error("negative window " + std::to_string(rule.window));
        if (!(rule.cap >= 0)) throw Error("the cap must not be " + std::to_string(rule.cap));
        if (rule.sinks && (rule.sinks->shape != Shape{s[1]} || !isFloat(rule.sinks->dtype))) {
            throw Error("sinks must be floating [" + std::to_string(s[1]) + "], not " + rule.sinks->shape.str());
        }
    }

 private:
    int64_t bytesFor(int positions) const {
        int64_t perPosition = keys_.rowBytes() + (shape_.latent ? 0 : values_.rowBytes());
        return checkedBytes(Shape{1, shape_.kvHeads, positions, static_cast<int32_t>(perPosition)}, Dtype::kU8);
    }

    static std::vector<mx::array> all(const bridge::KvRows& keys, const bridge::KvRows& values) {
        std::vector<mx::array> arrays = keys.arrays();
        arrays.insert(arrays.end(), values.arrays().begin(), values.arrays().end());
        return arrays;
    }

    /// The values that lie in keys.
    mx::array leading(const mx::array& keys) const {
        return mx::slice(keys, {0, 0, 0, 0}, {1, shape_.kvHeads, keys.shape(2), shape_.valueDim});
    }

    /// On a GPU what is stored: the kernel accumulates in float32, and converting the whole store for every token would
    /// cost more than attention itself. On a CPU float32 (see bridge::wide).
    mx::Dtype computeType() const {
        return bridge::onGpu() ? bridge::toMlx(dtype_) : mx::float32;
    }

    /// [count, keys from first on]: query i stands at position length_ - count + i.
    mx::array visible(int count, int first, int window) const {
        mx::array at = mx::expand_dims(mx::arange(length_ - count, length_), 1);
        mx::array key = mx::expand_dims(mx::arange(first, length_), 0);
        mx::array begins = mx::subtract(at, mx::array(window, mx::int32));
        return mx::logical_and(mx::less_equal(key, at), mx::greater(key, begins));
    }

    void requireFits(const ArrayRef& x, const bridge::KvRows& rows, int dim, const char* what) const {
        const Shape& s = x->shape;
        bool asStored = rows.packed() && x->dtype == Dtype::kU8;
        if (s.rank != 4 || s[0] != 1 || s[1] != shape_.kvHeads || s[3] != (asStored ? rows.rowBytes() : dim)) {
            throw Error(std::string(what) + " must be [1," + std::to_string(shape_.kvHeads) + ",positions," +
                        std::to_string(dim) + "], not " + s.str());
        }
        if (!asStored) bridge::requireFloat(x, what);
    }

    const KvShape shape_;
    const Dtype dtype_;
    const int bits_;
    int capacity_ = 0;
    int length_ = 0;
    bridge::KvRows keys_;
    bridge::KvRows values_;  ///< of no positions in a latent store
};

}  // namespace

std::shared_ptr<KvStore> backend::createKvStore(const KvShape& shape, Dtype dtype, int bits) {
    if (shape.kvHeads <= 0 || shape.keyDim <= 0 || shape.valueDim <= 0 ||
        (shape.latent && shape.valueDim > shape.keyDim)) {
        throw Error("impossible store of " + std::to_string(shape.kvHeads) + " heads with keys of " +
                    std::to_string(shape.keyDim) + " and values of " + std::to_string(shape.valueDim));
    }
    if (!isFloat(dtype)) throw Error(std::string("keys and values are floating, not ") + name(dtype));
    if (bits != 0 && bits != 4 && bits != 8) throw Error("elements cannot be packed in " + std::to_string(bits) + " bits");
    if (bits != 0 && (shape.keyDim % 32 != 0 || (!shape.latent && shape.valueDim % 32 != 0))) {
        throw Error("keys of " + std::to_string(shape.keyDim) + " and values of " + std::to_string(shape.valueDim) +
                    " elements do not divide into groups of 32");
    }
    return std::make_shared<GrowingStore>(shape, dtype, bits);
}

int backend::kvBlockPositions() {
    return kStep;
}

ArrayRef backend::stepStores(const std::vector<std::shared_ptr<KvStore>>& stores, const ArrayRef& q, const ArrayRef& k,
                             const ArrayRef& v, const AttentionRule& rule) {
    auto rows = static_cast<int>(stores.size());
    if (rows == 0) throw Error("no stores");
    if (v && !k) throw Error("values without keys");
    for (const ArrayRef& x : {q, k, v}) {
        if (x && (x->shape.rank != 4 || x->shape[0] != rows || x->shape[2] != 1)) {
            throw Error("one row for each of " + std::to_string(rows) + " stores expected, found " + x->shape.str());
        }
    }
    auto apart = [rows](const ArrayRef& x) {
        std::vector<ArrayRef> out(static_cast<size_t>(rows));
        for (int i = 0; x && i < rows; i++) {
            out[static_cast<size_t>(i)] = bridge::computed(
                mx::slice(x->value, {i, 0, 0, 0}, {i + 1, x->shape[1], x->shape[2], x->shape[3]}));
        }
        return out;
    };
    std::vector<ArrayRef> queries = apart(q);
    std::vector<ArrayRef> keys = apart(k);
    std::vector<ArrayRef> values = apart(v);
    // Everything is looked at before anything is stored.
    const auto& first = dynamic_cast<const GrowingStore&>(*stores[0]);
    for (const auto& store : stores) {
        if (!first.fits(dynamic_cast<const GrowingStore&>(*store))) throw Error("stores of different kinds");
        if (std::count(stores.begin(), stores.end(), store) > 1) throw Error("a store occurs twice");
        if (!k && store->length() == 0) throw Error("a query over an empty store");
    }
    first.requireQueries(queries[0], rule, first.length() + (k ? 1 : 0));
    if (k) first.requireRows(keys[0], values[0]);
    std::vector<mx::array> attended;
    for (size_t i = 0; i < stores.size(); i++) {
        if (k) stores[i]->append(keys[i], values[i]);
        attended.push_back(stores[i]->attend(queries[i], rule)->value);
    }
    return bridge::computed(mx::concatenate(attended, 0));
}

}  // namespace mlxm
