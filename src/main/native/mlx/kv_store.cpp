// Keys and values of one sequence in two arrays that grow by steps. An append is a slice_update, which MLX carries out in
// place because nothing else holds the array by the time it is computed.
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <algorithm>
#include <limits>

#include "attention.h"

namespace mlxm {

namespace {

constexpr int kStep = 256;

class GrowingStore final : public KvStore {
 public:
    GrowingStore(int kvHeads, int headDim, Dtype dtype)
        : kvHeads_(kvHeads), headDim_(headDim), dtype_(dtype), keys_(empty(0)), values_(empty(0)) {}

    int length() const override { return length_; }

    void append(const ArrayRef& k, const ArrayRef& v) override {
        requireFits(k, "k");
        requireFits(v, "v");
        if (k->shape != v->shape) throw Error("k and v differ in shape");
        int count = k->shape[2];
        if (count == 0) return;
        if (count > std::numeric_limits<int>::max() - kStep - length_) throw Error("too many positions");
        int end = length_ + count;
        mx::array keys = keys_;
        mx::array values = values_;
        bool grows = end > capacity_;
        int capacity = grows ? (end + kStep - 1) / kStep * kStep : capacity_;
        if (grows) {
            bridge::requireRoom(2 * checkedBytes(shape(capacity), dtype_));
            keys = grown(keys, capacity);
            values = grown(values, capacity);
        }
        const mx::Shape from{0, 0, length_, 0};
        const mx::Shape to{1, kvHeads_, end, headDim_};
        keys = mx::slice_update(keys, k->value, from, to);
        values = mx::slice_update(values, v->value, from, to);
        // Starts the work, so that a store which nobody reads for long does not pile up a graph.
        if (grows) mx::async_eval(std::vector<mx::array>{keys, values});
        keys_ = keys;
        values_ = values;
        capacity_ = capacity;
        length_ = end;
    }

    ArrayRef attend(const ArrayRef& q, float scale, int window, const ArrayRef& sinks) override {
        requireQueries(q, window, sinks);
        int count = q->shape[2];
        if (count == 0) return bridge::computed(q->value);
        bool windowed = window > 0 && window < length_;
        // The first key that the first query sees.
        int first = windowed ? std::max(0, length_ - count - window + 1) : 0;
        bridge::requireRoom(checkedBytes(Shape{1, q->shape[1], count, length_ - first}, Dtype::kF32));
        std::optional<mx::array> mask;
        if (windowed && count > 1) mask = windowMask(count, first, window);
        std::optional<mx::array> sink;
        if (sinks) sink = sinks->value;
        mx::array attended =
            bridge::attention(mx::astype(q->value, computeType()), stored(keys_, first), stored(values_, first), scale,
                              count > 1 && !mask, mask, sink);
        return bridge::narrowed(attended, q->dtype);
    }

    void trim(int length) override {
        if (length < 0 || length > length_) {
            throw Error("cannot trim " + std::to_string(length_) + " positions to " + std::to_string(length));
        }
        length_ = length;
    }

    int64_t bytes() const override { return 2 * checkedBytes(shape(capacity_), dtype_); }

    /// A copy: MLX updates in place only what nobody else holds.
    std::shared_ptr<KvStore> share(int from, int to) override {
        if (from < 0 || to < from || to > length_ || from % kStep != 0) {
            throw Error("cannot share positions " + std::to_string(from) + " to " + std::to_string(to) + " of " +
                        std::to_string(length_));
        }
        auto part = std::make_shared<GrowingStore>(kvHeads_, headDim_, dtype_);
        mx::Shape begin{0, 0, from, 0};
        mx::Shape end{1, kvHeads_, to, headDim_};
        part->keys_ = mx::contiguous(mx::slice(keys_, begin, end));
        part->values_ = mx::contiguous(mx::slice(values_, begin, end));
        mx::eval(std::vector<mx::array>{part->keys_, part->values_});
        part->capacity_ = part->length_ = to - from;
        return part;
    }

    void adopt(const KvStore& other) override {
        const auto* from = dynamic_cast<const GrowingStore*>(&other);
        if (from == nullptr || from->kvHeads_ != kvHeads_ || from->headDim_ != headDim_ || from->dtype_ != dtype_) {
            throw Error("the stores differ in heads, their size or their type");
        }
        if (length_ % kStep != 0) throw Error("positions cannot be adopted behind " + std::to_string(length_));
        if (from->length_ == 0) return;
        mx::array keys = mx::concatenate({stored(keys_, 0), from->stored(from->keys_, 0)}, 2);
        mx::array values = mx::concatenate({stored(values_, 0), from->stored(from->values_, 0)}, 2);
        keys_ = keys;
        values_ = values;
        length_ += from->length_;
        capacity_ = length_;
    }

 private:
    Shape shape(int positions) const { return Shape{1, kvHeads_, positions, headDim_}; }

    mx::array empty(int positions) const {
        return mx::zeros(bridge::toMlx(shape(positions)), bridge::toMlx(dtype_));
    }

    mx::array grown(const mx::array& old, int capacity) const {
        if (length_ == 0) return empty(capacity);
        return mx::concatenate({stored(old, 0), empty(capacity - length_)}, 2);
    }

    mx::array stored(const mx::array& all, int first) const {
        return mx::slice(all, {0, 0, first, 0}, {1, kvHeads_, length_, headDim_});
    }

    /// On a GPU what is stored: the kernel accumulates in float32, and converting the whole store for every token would
    /// cost more than attention itself. On a CPU float32 (see bridge::wide).
    mx::Dtype computeType() const {
        return bridge::onGpu() ? bridge::toMlx(dtype_) : mx::float32;
    }

    /// [count, keys from first on]: query i stands at position length_ - count + i.
    mx::array windowMask(int count, int first, int window) const {
        mx::array at = mx::expand_dims(mx::arange(length_ - count, length_), 1);
        mx::array key = mx::expand_dims(mx::arange(first, length_), 0);
        mx::array begins = mx::subtract(at, mx::array(window, mx::int32));
        return mx::logical_and(mx::less_equal(key, at), mx::greater(key, begins));
    }

    void requireFits(const ArrayRef& x, const char* what) const {
        const Shape& s = x->shape;
        if (s.rank != 4 || s[0] != 1 || s[1] != kvHeads_ || s[3] != headDim_) {
            throw Error(std::string(what) + " must be [1," + std::to_string(kvHeads_) + ",positions," +
                        std::to_string(headDim_) + "], not " + s.str());
        }
        bridge::requireFloat(x, what);
    }

    void requireQueries(const ArrayRef& q, int window, const ArrayRef& sinks) const {
        const Shape& s = q->shape;
        if (s.rank != 4 || s[0] != 1 || s[1] < kvHeads_ || s[1] % kvHeads_ != 0 || s[3] != headDim_) {
            throw Error("q must be [1,heads,queries," + std::to_string(headDim_) + "] with a multiple of " +
                        std::to_string(kvHeads_) + " heads, not " + s.str());
        }
        bridge::requireFloat(q, "q");
        if (s[2] > length_) {
            throw Error(std::to_string(s[2]) + " queries over " + std::to_string(length_) + " stored positions");
        }
        if (window < 0) throw Error("negative window " + std::to_string(window));
        if (sinks && (sinks->shape != Shape{s[1]} || !isFloat(sinks->dtype))) {
            throw Error("sinks must be floating [" + std::to_string(s[1]) + "], not " + sinks->shape.str());
        }
    }

    const int kvHeads_;
    const int headDim_;
    const Dtype dtype_;
    int capacity_ = 0;
    int length_ = 0;
    mx::array keys_;
    mx::array values_;
};

}  // namespace

std::shared_ptr<KvStore> backend::createKvStore(int kvHeads, int headDim, Dtype dtype) {
    if (kvHeads <= 0 || headDim <= 0) {
        throw Error("impossible store of " + std::to_string(kvHeads) + " heads of " + std::to_string(headDim));
    }
    if (!isFloat(dtype)) throw Error(std::string("keys and values are floating, not ") + name(dtype));
    return std::make_shared<GrowingStore>(kvHeads, headDim, dtype);
}

int backend::kvBlockPositions() {
    return kStep;
}

ArrayRef backend::stepStores(const std::vector<std::shared_ptr<KvStore>>& stores, const ArrayRef& q, const ArrayRef& k,
                             const ArrayRef& v, float scale, int window, const ArrayRef& sinks) {
    auto rows = static_cast<int>(stores.size());
    if (rows == 0) throw Error("no stores");
    for (const ArrayRef& x : {q, k, v}) {
        if (x->shape.rank != 4 || x->shape[0] != rows || x->shape[2] != 1) {
            throw Error("one row for each of " + std::to_string(rows) + " stores expected, found " + x->shape.str());
        }
    }
    std::vector<mx::array> attended;
    for (int i = 0; i < rows; i++) {
        auto row = [i](const ArrayRef& x) {
            return bridge::computed(
                mx::slice(x->value, {i, 0, 0, 0}, {i + 1, x->shape[1], x->shape[2], x->shape[3]}));
        };
        KvStore& store = *stores[static_cast<size_t>(i)];
        store.append(row(k), row(v));
        attended.push_back(store.attend(row(q), scale, window, sinks)->value);
    }
    return bridge::computed(mx::concatenate(attended, 0));
}

}  // namespace mlxm
