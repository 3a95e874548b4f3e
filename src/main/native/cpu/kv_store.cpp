// Stores of keys and values that grow, and attention over them.
#include <algorithm>
#include <cstring>
#include <utility>

#include "attention_tile.h"

namespace mlxm {

namespace cpu {

namespace {

/// Positions in one block of a store: what is stored never moves.
constexpr int kBlockPositions = 256;

/// The most heads below `most` of a group that divide it evenly.
int evenPart(int group, int most) {
    int part = std::min(group, most);
    while (group % part != 0) part--;
    return part;
}

/// Heads that share keys and are worked on by one thread, side by side. Where few heads of keys serve many heads
/// of queries, as in latent attention, a group is shared out.
int headsPerJob(int group) {
    return evenPart(group, 16);
}

int headsPerTile(int group) {
    return evenPart(group, kTileRows);
}

void requireRule(const AttentionRule& rule, int heads) {
    if (rule.window < 0) throw Error("the window must not be " + std::to_string(rule.window));
    if (!(rule.cap >= 0)) throw Error("the cap must not be " + std::to_string(rule.cap));
    if (rule.sinks) requireShape(rule.sinks, Shape{heads}, "sinks");
}

/// Keys and values in blocks of fixed size: growing allocates a block and moves nothing. Stores share blocks; one that
/// would write into a shared block takes a copy of it first.
class BlockStore final : public KvStore {
 public:
    BlockStore(const KvShape& shape, Dtype dtype, int bits)
        : shape_(shape), kvHeads_(shape.kvHeads), dtype_(dtype), format_{elementOf(dtype), bits} {}

    int length() const override { return length_; }

    void append(const ArrayRef& k, const ArrayRef& v) override {
        check(k, shape_.keyDim, "k");
        requireValues(v);
        if (v) check(v, shape_.valueDim, "v");
        int64_t count = k->shape[2];
        if (v && v->shape[2] != count) throw Error("k and v differ in positions");
        if (length_ + count > INT32_MAX) throw Error("more positions than a store can hold");
        ArrayRef keys = stored(k, shape_.keyDim);
        ArrayRef values = v ? stored(v, shape_.valueDim) : ArrayRef();
        makeRoom(length_ + count);
        for (int h = 0; h < kvHeads_; h++) {
            for (int64_t i = 0; i < count;) {
                int64_t at = length_ + i;
                int64_t run = std::min(count - i, kBlockPositions - at % kBlockPositions);
                put(at, h, keys->data + (h * count + i) * keyBytes(),
                    values ? values->data + (h * count + i) * valueBytes() : nullptr, run);
                i += run;
            }
        }
        length_ += static_cast<int>(count);
    }

    std::shared_ptr<KvStore> share(int from, int to) override {
        if (from < 0 || to < from || to > length_ || from % kBlockPositions != 0) {
            throw Error("cannot share positions " + std::to_string(from) + " to " + std::to_string(to) + " of " +
                        std::to_string(length_));
        }
        auto part = std::make_shared<BlockStore>(shape_, dtype_, format_.bits);
        part->blocks_.assign(blocks_.begin() + from / kBlockPositions,
                             blocks_.begin() + (to + kBlockPositions - 1) / kBlockPositions);
        part->length_ = to - from;
        return part;
    }

    void adopt(const KvStore& other) override {
        const auto* stored = dynamic_cast<const BlockStore*>(&other);
        if (stored == nullptr || !fits(*stored)) {
            throw Error("the stores differ in heads, their size or their type");
        }
        if (length_ % kBlockPositions != 0) {
            throw Error("positions cannot be adopted behind " + std::to_string(length_));
        }
        if (int64_t{length_} + stored->length_ > INT32_MAX) throw Error("more positions than a store can hold");
        blocks_.insert(blocks_.end(), stored->blocks_.begin(), stored->blocks_.end());
        length_ += stored->length_;
    }

    ArrayRef read(int from, int to, bool values) const override {
        if (from < 0 || to < from || to > length_) {
            throw Error("cannot read positions " + std::to_string(from) + " to " + std::to_string(to) + " of " +
                        std::to_string(length_));
        }
        if (values && shape_.latent) return ArrayRef();
        int64_t count = to - from;
        int64_t rowBytes = values ? valueBytes() : keyBytes();
        int dim = values ? shape_.valueDim : shape_.keyDim;
        ArrayRef out = allocate(format_.packed() ? Dtype::kU8 : dtype_,
                                Shape{1, kvHeads_, to - from, format_.packed() ? static_cast<int32_t>(rowBytes) : dim});
        for (int h = 0; h < kvHeads_; h++) {
            for (int64_t i = 0; i < count;) {
                int64_t run = std::min(count - i, kBlockPositions - (from + i) % kBlockPositions);
                std::memcpy(out->data + (h * count + i) * rowBytes, place(from + i, h, values),
                            static_cast<size_t>(run * rowBytes));
                i += run;
            }
        }
        return out;
    }

    /// For one position of one sequence among several: rows of all heads of k, and of v or null, as `stored` gives them.
    void appendRow(const char* k, const char* v) {
        makeRoom(length_ + 1);
        for (int h = 0; h < kvHeads_; h++) {
            put(length_, h, k + h * keyBytes(), v == nullptr ? nullptr : v + h * valueBytes(), 1);
        }
        length_++;
    }

    /// The newest position of `count` heads from `first` on, which share one head of keys: q and out hold all heads.
    void attendNewest(int first, int count, const float* q, int heads, const AttentionRule& rule, const float* sinks,
                      float* scores, float* out) const {
        std::vector<KvRun> stored = runs(first / (heads / kvHeads_));
        attendRow(headAttention(stored, rule, sinks == nullptr ? nullptr : sinks + first), count,
                  q + int64_t{first} * shape_.keyDim, shape_.keyDim, visible(1, 0, rule.window), scores,
                  out + int64_t{first} * shape_.valueDim, shape_.valueDim);
    }

    bool fits(const BlockStore& other) const {
        return other.kvHeads_ == kvHeads_ && other.shape_.keyDim == shape_.keyDim &&
               other.shape_.valueDim == shape_.valueDim && other.shape_.latent == shape_.latent && other.dtype_ == dtype_ &&
               other.format_.bits == format_.bits;
    }

    /// Rows [..., dim] as they lie in the store; what `read` gave does already.
    ArrayRef stored(const ArrayRef& x, int dim) const {
        if (!format_.packed()) return cast(x, dtype_);
        if (x->dtype == Dtype::kU8) return x;
        KvPacking packing = format_.packing(dim);
        ArrayRef floats = toFloat(x);
        Shape shape = x->shape;
        shape[shape.rank - 1] = static_cast<int32_t>(packing.rowBytes);
        ArrayRef out = allocate(Dtype::kU8, shape);
        const float* from = floats->as<float>();
        uint8_t* to = out->out<uint8_t>();
        parallelFor(x->shape.size() / dim, std::max<int64_t>(1, kGrain / dim), [&](int64_t first, int64_t last) {
            kernels().packKv(packing, from + first * dim, last - first, to + first * packing.rowBytes);
        });
        return out;
    }

    const KvShape& shape() const { return shape_; }
    int64_t keyBytes() const { return format_.rowBytes(shape_.keyDim); }
    int64_t valueBytes() const { return format_.rowBytes(shape_.valueDim); }

    void requireValues(const ArrayRef& v) const {
        if (shape_.latent == static_cast<bool>(v)) {
            throw Error(shape_.latent ? "the values of this store are in its keys" : "keys without values");
        }
    }

    ArrayRef attend(const ArrayRef& q, const AttentionRule& rule) override {
        requireFloat(q, "q");
        if (q->shape.rank != 4 || q->shape[0] != 1 || q->shape[3] != shape_.keyDim || q->shape[1] % kvHeads_ != 0 ||
            q->shape[1] == 0) {
            throw Error("q of shape " + q->shape.str() + " does not fit " + std::to_string(kvHeads_) + " heads of " +
                        std::to_string(shape_.keyDim));
        }
        int heads = q->shape[1];
        requireRule(rule, heads);
        int64_t count = q->shape[2];
        if (count > length_) {
            throw Error(std::to_string(count) + " queries for " + std::to_string(length_) + " stored positions");
        }
        ArrayRef queries = toFloat(q);
        ArrayRef sinkValues = rule.sinks ? toFloat(rule.sinks) : ArrayRef();
        Shape attended = q->shape;
        attended[3] = shape_.valueDim;
        ArrayRef out = allocate(Dtype::kF32, attended);
        const float* sinks = sinkValues ? sinkValues->as<float>() : nullptr;
        if (count < kTileFrom) {
            attendRows(queries->as<float>(), heads, count, rule, sinks, out->out<float>());
        } else {
            attendTiles(queries->as<float>(), heads, count, rule, sinks, out->out<float>());
        }
        return cast(out, q->dtype);
    }

    void trim(int length) override {
        if (length < 0 || length > length_) {
            throw Error("cannot trim " + std::to_string(length_) + " positions to " + std::to_string(length));
        }
        length_ = length;
        blocks_.resize(static_cast<size_t>((length + kBlockPositions - 1) / kBlockPositions));
    }

    int64_t bytes() const override { return static_cast<int64_t>(blocks_.size()) * blockBytes(); }

 private:
    /// Query rows from which tiles pay.
    static constexpr int64_t kTileFrom = 4;

    int64_t headBytes() const { return (keyBytes() + (shape_.latent ? 0 : valueBytes())) * kBlockPositions; }
    int64_t blockBytes() const { return headBytes() * kvHeads_; }

    std::shared_ptr<Block> newBlock() const {
        return std::make_shared<Block>(static_cast<size_t>(blockBytes()), Stay::kLong);
    }

    /// Blocks for that many positions, none of them shared from the next position on.
    void makeRoom(int64_t positions) {
        auto last = static_cast<size_t>(length_ / kBlockPositions);
        if (last < blocks_.size() && blocks_[last].use_count() > 1) {
            auto copy = newBlock();
            std::memcpy(copy->as<char>(), blocks_[last]->as<char>(), static_cast<size_t>(blockBytes()));
            blocks_[last] = std::move(copy);
        }
        while (static_cast<int64_t>(blocks_.size()) * kBlockPositions < positions) {
            blocks_.push_back(newBlock());
        }
    }

    char* place(int64_t position, int head, bool value) const {
        char* begin = blocks_[static_cast<size_t>(position / kBlockPositions)]->as<char>() + head * headBytes();
        int64_t row = position % kBlockPositions;
        if (!value || shape_.latent) return begin + row * keyBytes();
        return begin + kBlockPositions * keyBytes() + row * valueBytes();
    }

    /// `count` positions of one head, all in one block.
    void put(int64_t position, int head, const char* k, const char* v, int64_t count) {
        std::memcpy(place(position, head, false), k, static_cast<size_t>(count * keyBytes()));
        if (v != nullptr) std::memcpy(place(position, head, true), v, static_cast<size_t>(count * valueBytes()));
    }

    int valueStride() const { return shape_.latent ? shape_.keyDim : shape_.valueDim; }

    HeadAttention headAttention(const std::vector<KvRun>& stored, const AttentionRule& rule, const float* sink) const {
        return {format_, shape_.keyDim, shape_.valueDim, valueStride(), &stored, rule.scale, rule.cap, sink};
    }

    void check(const ArrayRef& x, int dim, const char* what) const {
        bool asStored = format_.packed() && x->dtype == Dtype::kU8;
        if (!asStored) requireFloat(x, what);
        int64_t elements = asStored ? format_.rowBytes(dim) : dim;
        if (x->shape.rank != 4 || x->shape[0] != 1 || x->shape[1] != kvHeads_ || x->shape[3] != elements) {
            throw Error(std::string(what) + " of shape " + x->shape.str() + " does not fit a store of " +
                        std::to_string(kvHeads_) + " heads of " + std::to_string(dim));
        }
    }

    std::vector<KvRun> runs(int head) const {
        std::vector<KvRun> out;
        for (int64_t at = 0; at < length_; at += kBlockPositions) {
            out.push_back({place(at, head, false), place(at, head, true),
                           std::min<int64_t>(kBlockPositions, length_ - at)});
        }
        return out;
    }

    Visible visible(int64_t count, int64_t t, int window) const {
        int64_t to = length_ - count + t + 1;
        return {window == 0 ? 0 : std::max<int64_t>(0, to - window), to, nullptr, nullptr};
    }

    /// A few queries: one pass over the keys for each, for all heads that share them.
    void attendRows(const float* q, int heads, int64_t count, const AttentionRule& rule, const float* sinks, float* out) {
        int group = heads / kvHeads_;
        int span = headsPerJob(group);
        parallelFor(heads / span, 1, [&](int64_t from, int64_t to) {
            Block scores(static_cast<size_t>(span) * static_cast<size_t>(std::max(length_, 1)) * sizeof(float));
            for (int64_t job = from; job < to; job++) {
                int64_t head = job * span;
                std::vector<KvRun> stored = runs(static_cast<int>(head / group));
                HeadAttention attention = headAttention(stored, rule, sinks == nullptr ? nullptr : sinks + head);
                for (int64_t t = 0; t < count; t++) {
                    int64_t row = head * count + t;
                    attendRow(attention, span, q + row * shape_.keyDim, count * shape_.keyDim,
                              visible(count, t, rule.window), scores.as<float>(), out + row * shape_.valueDim,
                              count * shape_.valueDim);
                }
            }
        });
    }

    /// Many queries: tiles of rows that share a head of keys against tiles of keys.
    void attendTiles(const float* q, int heads, int64_t count, const AttentionRule& rule, const float* sinks, float* out) {
        int span = headsPerTile(heads / kvHeads_);
        int spans = heads / span;
        int64_t perTile = std::max(1, kTileRows / span);
        int64_t tiles = (count + perTile - 1) / perTile;
        parallelFor(spans * tiles, 1, [&](int64_t from, int64_t to) {
            for (int64_t job = from; job < to; job++) {
                // The last tiles see most keys: they come first, so that the end is even.
                int64_t first = (tiles - 1 - job / spans) * perTile;
                attendTile(static_cast<int>(job % spans) * span, span, heads, q, count, first,
                           std::min(perTile, count - first), rule, sinks, out);
            }
        });
    }

    /// Positions first .. first + tokens of the queries of `span` heads that share one head of keys.
    void attendTile(int firstHead, int span, int heads, const float* q, int64_t count, int64_t first, int64_t tokens,
                    const AttentionRule& rule, const float* sinks, float* out) const {
        auto rows = static_cast<int>(span * tokens);
        int kvHead = firstHead / (heads / kvHeads_);
        auto row = [&](int r) { return (firstHead + r / tokens) * count + first + r % tokens; };
        Tile tile(shape_.keyDim, shape_.valueDim, rows);
        for (int r = 0; r < rows; r++) tile.setQuery(r, q + row(r) * shape_.keyDim, rule.scale);
        auto sees = [&](int r) {
            Visible v = visible(count, first + r % tokens, rule.window);
            return std::pair<int64_t, int64_t>(v.from, v.to);
        };
        int64_t begin = sees(0).first / kTileKeys * kTileKeys;
        int64_t end = sees(rows - 1).second;
        for (int64_t key = begin; key < end; key += kTileKeys) {
            int keys = static_cast<int>(std::min<int64_t>(kTileKeys, end - key));
            tile.add(format_, place(key, kvHead, false), place(key, kvHead, true), key, keys, rule.cap, sees);
        }
        for (int r = 0; r < rows; r++) {
            tile.finish(r, sinks == nullptr ? nullptr : sinks + firstHead + r / tokens, out + row(r) * shape_.valueDim);
        }
    }

    KvShape shape_;
    int kvHeads_;
    Dtype dtype_;
    RowFormat format_;
    int length_ = 0;
    std::vector<std::shared_ptr<Block>> blocks_;
};

static_assert(kBlockPositions % kTileKeys == 0, "a tile of keys lies in one block");

}  // namespace
}  // namespace cpu

namespace backend {

using namespace cpu;

std::shared_ptr<KvStore> createKvStore(const KvShape& shape, Dtype dtype, int bits) {
    int most = 1 << 16;
    if (shape.kvHeads < 1 || shape.kvHeads > most || shape.keyDim < 1 || shape.keyDim > most || shape.valueDim < 1 ||
        shape.valueDim > most || (shape.latent && shape.valueDim > shape.keyDim)) {
        throw Error(std::to_string(shape.kvHeads) + " heads with keys of " + std::to_string(shape.keyDim) +
                    " and values of " + std::to_string(shape.valueDim) + " cannot be stored");
    }
    if (!isFloat(dtype)) throw Error(std::string("a store must be floating, not ") + name(dtype));
    if (bits != 0 && bits != 4 && bits != 8) throw Error("elements cannot be packed in " + std::to_string(bits) + " bits");
    if (bits != 0 && !(packs(shape.keyDim) && (shape.latent || packs(shape.valueDim)))) {
        throw Error("keys of " + std::to_string(shape.keyDim) + " and values of " + std::to_string(shape.valueDim) +
                    " elements do not divide into groups of 32");
    }
    return std::make_shared<BlockStore>(shape, dtype, bits);
}

int kvBlockPositions() {
    return kBlockPositions;
}

ArrayRef stepStores(const std::vector<std::shared_ptr<KvStore>>& stores, const ArrayRef& q, const ArrayRef& k,
                    const ArrayRef& v, const AttentionRule& rule) {
    auto rows = static_cast<int32_t>(stores.size());
    if (rows == 0) throw Error("no stores");
    const auto& first = dynamic_cast<const BlockStore&>(*stores[0]);
    for (const auto& store : stores) {
        if (!first.fits(dynamic_cast<const BlockStore&>(*store))) throw Error("stores of different kinds");
        if (std::count(stores.begin(), stores.end(), store) > 1) throw Error("a store occurs twice");
    }
    const KvShape& shape = first.shape();
    if (k) {
        requireFloat(k, "k");
        requireShape(k, Shape{rows, shape.kvHeads, 1, shape.keyDim}, "k");
        first.requireValues(v);
    }
    if (v) {
        if (!k) throw Error("values without keys");
        requireFloat(v, "v");
        requireShape(v, Shape{rows, shape.kvHeads, 1, shape.valueDim}, "v");
    }
    requireFloat(q, "q");
    if (q->shape.rank != 4 || q->shape[1] == 0 || q->shape[1] % shape.kvHeads != 0) {
        throw Error("q of shape " + q->shape.str() + " does not fit");
    }
    int heads = q->shape[1];
    requireShape(q, Shape{rows, heads, 1, shape.keyDim}, "q");
    requireRule(rule, heads);
    ArrayRef keys = k ? first.stored(k, shape.keyDim) : ArrayRef();
    ArrayRef values = v ? first.stored(v, shape.valueDim) : ArrayRef();
    ArrayRef queries = toFloat(q);
    ArrayRef sinkValues = rule.sinks ? toFloat(rule.sinks) : ArrayRef();
    ArrayRef out = allocate(Dtype::kF32, Shape{rows, heads, 1, shape.valueDim});
    const float* sinks = sinkValues ? sinkValues->as<float>() : nullptr;
    int longest = 0;
    for (int64_t i = 0; i < rows; i++) {
        auto& store = dynamic_cast<BlockStore&>(*stores[static_cast<size_t>(i)]);
        if (keys) {
            store.appendRow(keys->data + i * shape.kvHeads * first.keyBytes(),
                            values ? values->data + i * shape.kvHeads * first.valueBytes() : nullptr);
        }
        if (store.length() == 0) throw Error("a query over an empty store");
        longest = std::max(longest, store.length());
    }
    int span = headsPerJob(heads / shape.kvHeads);
    int64_t perRow = heads / span;
    parallelFor(rows * perRow, 1, [&](int64_t from, int64_t to) {
        Block scores(static_cast<size_t>(span) * static_cast<size_t>(longest) * sizeof(float));
        for (int64_t job = from; job < to; job++) {
            int64_t row = job / perRow;
            dynamic_cast<const BlockStore&>(*stores[static_cast<size_t>(row)])
                .attendNewest(static_cast<int>(job % perRow) * span, span,
                              queries->as<float>() + row * heads * shape.keyDim, heads, rule, sinks, scores.as<float>(),
                              out->out<float>() + row * heads * shape.valueDim);
        }
    });
    return cast(out, q->dtype);
}

}  // namespace backend
}  // namespace mlxm
