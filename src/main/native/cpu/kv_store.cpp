// Stores of keys and values that grow, and attention over them.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "attention.h"
#include "memory.h"

namespace mlxm {

namespace cpu {

namespace {

/// Positions in one block of a store: what is stored never moves.
constexpr int kBlockPositions = 256;

/// Query rows that share one pass over keys and values when many are asked at once.
constexpr int kTileRows = 60;  // a multiple of the rows that gemmF32 takes together
/// Keys that one pass looks at before it goes on; their panels stay in the cache.
constexpr int kTileKeys = 128;

/// Running softmax of a tile of query rows, which share a head of keys, against tiles of keys.
class Tile {
 public:
    Tile(int headDim, int rows)
        : headDim_(headDim), rows_(rows), dims_((headDim + kPanelWidth - 1) / kPanelWidth * kPanelWidth),
          memory_(static_cast<size_t>(int64_t{kTileKeys} * (headDim + dims_) + int64_t{kPanelWidth} * headDim +
                                      int64_t{rows} * (kTileKeys + 2 * headDim + 2)) *
                  sizeof(float)) {
        keyPanels_ = memory_.as<float>();
        valuePanels_ = keyPanels_ + int64_t{kTileKeys} * headDim;
        wide_ = valuePanels_ + int64_t{kTileKeys} * dims_;
        scores_ = wide_ + int64_t{kPanelWidth} * headDim;
        queries_ = scores_ + int64_t{rows} * kTileKeys;
        sums_ = queries_ + int64_t{rows} * headDim;
        tops_ = sums_ + int64_t{rows} * headDim;
        totals_ = tops_ + rows;
        std::fill(sums_, sums_ + int64_t{rows} * headDim, 0.0f);
        std::fill(tops_, tops_ + rows, -std::numeric_limits<float>::infinity());
        std::fill(totals_, totals_ + rows, 0.0f);
    }

    void setQuery(int row, const float* query, float scale) {
        kernels().scale(query, scale, queries_ + int64_t{row} * headDim_, headDim_);
    }

    /// Adds `count` keys and values from position `from` on. visible(row) tells which positions a row sees.
    template <typename Visible>
    void add(Element element, const char* keys, const char* values, int64_t from, int count, Visible&& visible) {
        loadPanels(element, keys, values, count);
        for (int p = 0; p < count; p += kPanelWidth) {
            kernels().gemmF32(keyPanels_ + int64_t{p} * headDim_, headDim_, queries_, headDim_, rows_, scores_ + p,
                              kTileKeys, std::min(kPanelWidth, count - p), false);
        }
        for (int r = 0; r < rows_; r++) {
            auto [first, last] = visible(r);
            int lo = static_cast<int>(std::clamp<int64_t>(first - from, 0, count));
            int hi = static_cast<int>(std::clamp<int64_t>(last - from, 0, count));
            weigh(r, lo, std::max(lo, hi), count);
        }
        for (int d = 0; d < headDim_; d += kPanelWidth) {
            kernels().gemmF32(valuePanels_ + int64_t{d} * kTileKeys, count, scores_, kTileKeys, rows_, sums_ + d, headDim_,
                              std::min(kPanelWidth, headDim_ - d), true);
        }
    }

    void finish(int row, const float* sink, float* out) const {
        float total = totals_[row];
        if (sink != nullptr) total += std::exp(*sink - tops_[row]);
        kernels().scale(sums_ + int64_t{row} * headDim_, total > 0 ? 1.0f / total : 0.0f, out, headDim_);
    }

 private:
    /// Keys as panels of kPanelWidth columns of positions, values as panels of kPanelWidth columns of elements.
    void loadPanels(Element element, const char* keys, const char* values, int count) {
        int64_t rowBytes = headDim_ * elementBytes(element);
        for (int p = 0; p < count; p += kPanelWidth) {
            int width = std::min(kPanelWidth, count - p);
            kernels().toF32(element, keys + p * rowBytes, wide_, int64_t{width} * headDim_);
            kernels().panel(wide_, headDim_, width, keyPanels_ + int64_t{p} * headDim_);
            kernels().toF32(element, values + p * rowBytes, wide_, int64_t{width} * headDim_);
            for (int k = 0; k < width; k++) {
                for (int d = 0; d < headDim_; d += kPanelWidth) {
                    float* to = valuePanels_ + int64_t{d} * kTileKeys + int64_t{p + k} * kPanelWidth;
                    int columns = std::min(kPanelWidth, headDim_ - d);
                    std::memcpy(to, wide_ + int64_t{k} * headDim_ + d, static_cast<size_t>(columns) * sizeof(float));
                    if (columns < kPanelWidth) std::fill(to + columns, to + kPanelWidth, 0.0f);
                }
            }
        }
    }

    /// Scores of a row to weights of the running softmax; what it does not see weighs nothing.
    void weigh(int row, int lo, int hi, int count) {
        float* scores = scores_ + int64_t{row} * kTileKeys;
        std::fill(scores, scores + lo, 0.0f);
        std::fill(scores + hi, scores + count, 0.0f);
        if (lo == hi) return;
        float* sums = sums_ + int64_t{row} * headDim_;
        float top = std::max(tops_[row], kernels().max(scores + lo, hi - lo));
        float shrink = std::exp(tops_[row] - top);
        if (shrink != 1.0f) kernels().scale(sums, shrink, sums, headDim_);
        totals_[row] = totals_[row] * shrink + kernels().expSum(scores + lo, top, scores + lo, hi - lo);
        tops_[row] = top;
    }

    int headDim_;
    int rows_;
    int dims_;  ///< headDim in whole panels
    Block memory_;
    float* keyPanels_;
    float* valuePanels_;
    float* wide_;
    float* scores_;
    float* queries_;
    float* sums_;
    float* tops_;
    float* totals_;
};

/// Keys and values in blocks of fixed size: growing allocates a block and moves nothing. Stores share blocks; one that
/// would write into a shared block takes a copy of it first.
class BlockStore final : public KvStore {
 public:
    BlockStore(int kvHeads, int headDim, Dtype dtype) : kvHeads_(kvHeads), headDim_(headDim), dtype_(dtype) {}

    int length() const override { return length_; }

    void append(const ArrayRef& k, const ArrayRef& v) override {
        check(k, "k");
        check(v, "v");
        requireShape(v, k->shape, "v");
        int64_t count = k->shape[2];
        if (length_ + count > INT32_MAX) throw Error("more positions than a store can hold");
        ArrayRef keys = cast(k, dtype_);
        ArrayRef values = cast(v, dtype_);
        makeRoom(length_ + count);
        for (int h = 0; h < kvHeads_; h++) {
            for (int64_t i = 0; i < count;) {
                int64_t at = length_ + i;
                int64_t run = std::min(count - i, kBlockPositions - at % kBlockPositions);
                auto bytes = static_cast<size_t>(run * rowBytes());
                std::memcpy(place(at, h, false), keys->data + (h * count + i) * rowBytes(), bytes);
                std::memcpy(place(at, h, true), values->data + (h * count + i) * rowBytes(), bytes);
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
        auto part = std::make_shared<BlockStore>(kvHeads_, headDim_, dtype_);
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

    /// For one position of one sequence among several: k, v [kvHeads, headDim] of the store's type.
    void appendRow(const char* k, const char* v) {
        makeRoom(length_ + 1);
        for (int h = 0; h < kvHeads_; h++) {
            std::memcpy(place(length_, h, false), k + h * rowBytes(), static_cast<size_t>(rowBytes()));
            std::memcpy(place(length_, h, true), v + h * rowBytes(), static_cast<size_t>(rowBytes()));
        }
        length_++;
    }

    /// The newest position of the heads that share one head of keys: q and out [heads, headDim].
    void attendNewest(int kvHead, const float* q, int heads, float scale, int window, const float* sinks,
                      float* scores, float* out) const {
        int group = heads / kvHeads_;
        std::vector<KvRun> stored = runs(kvHead);
        for (int64_t head = int64_t{kvHead} * group; head < int64_t{kvHead + 1} * group; head++) {
            HeadAttention attention{elementOf(dtype_), headDim_, headDim_, &stored, scale,
                                    sinks == nullptr ? nullptr : sinks + head};
            attendRow(attention, q + head * headDim_, visible(1, 0, window), scores, out + head * headDim_);
        }
    }

    bool fits(const BlockStore& other) const {
        return other.kvHeads_ == kvHeads_ && other.headDim_ == headDim_ && other.dtype_ == dtype_;
    }

    int kvHeads() const { return kvHeads_; }
    int headDim() const { return headDim_; }
    Dtype dtype() const { return dtype_; }
    int64_t rowBytes() const { return static_cast<int64_t>(headDim_) * byteSize(dtype_); }

    ArrayRef attend(const ArrayRef& q, float scale, int window, const ArrayRef& sinks) override {
        requireFloat(q, "q");
        if (q->shape.rank != 4 || q->shape[0] != 1 || q->shape[3] != headDim_ || q->shape[1] % kvHeads_ != 0 ||
            q->shape[1] == 0) {
            throw Error("q of shape " + q->shape.str() + " does not fit " + std::to_string(kvHeads_) + " heads of " +
                        std::to_string(headDim_));
        }
        if (window < 0) throw Error("the window must not be " + std::to_string(window));
        int heads = q->shape[1];
        int64_t count = q->shape[2];
        if (count > length_) {
            throw Error(std::to_string(count) + " queries for " + std::to_string(length_) + " stored positions");
        }
        if (sinks) requireShape(sinks, Shape{heads}, "sinks");
        ArrayRef queries = toFloat(q);
        ArrayRef sinkValues = sinks ? toFloat(sinks) : ArrayRef();
        ArrayRef out = allocate(Dtype::kF32, q->shape);
        const float* sink = sinkValues ? sinkValues->as<float>() : nullptr;
        if (count < kTileFrom) {
            attendRows(queries->as<float>(), heads, count, scale, window, sink, out->out<float>());
        } else {
            attendTiles(queries->as<float>(), heads, count, scale, window, sink, out->out<float>());
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

    int64_t blockBytes() const { return 2 * rowBytes() * kvHeads_ * kBlockPositions; }

    /// Blocks for that many positions, none of them shared from the next position on.
    void makeRoom(int64_t positions) {
        auto last = static_cast<size_t>(length_ / kBlockPositions);
        if (last < blocks_.size() && blocks_[last].use_count() > 1) {
            auto copy = std::make_shared<Block>(static_cast<size_t>(blockBytes()));
            std::memcpy(copy->as<char>(), blocks_[last]->as<char>(), static_cast<size_t>(blockBytes()));
            blocks_[last] = std::move(copy);
        }
        while (static_cast<int64_t>(blocks_.size()) * kBlockPositions < positions) {
            blocks_.push_back(std::make_shared<Block>(static_cast<size_t>(blockBytes())));
        }
    }

    char* place(int64_t position, int head, bool value) const {
        int64_t half = rowBytes() * kBlockPositions;
        return blocks_[static_cast<size_t>(position / kBlockPositions)]->as<char>() + head * 2 * half + (value ? half : 0) +
               position % kBlockPositions * rowBytes();
    }

    void check(const ArrayRef& x, const char* what) const {
        requireFloat(x, what);
        if (x->shape.rank != 4 || x->shape[0] != 1 || x->shape[1] != kvHeads_ || x->shape[3] != headDim_) {
            throw Error(std::string(what) + " of shape " + x->shape.str() + " does not fit a store of " +
                        std::to_string(kvHeads_) + " heads of " + std::to_string(headDim_));
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

    /// A few queries: one pass over the keys for each, heads that share keys one after the other.
    void attendRows(const float* q, int heads, int64_t count, float scale, int window, const float* sinks, float* out) {
        int group = heads / kvHeads_;
        parallelFor(kvHeads_, 1, [&](int64_t from, int64_t to) {
            Block scores(static_cast<size_t>(std::max(length_, 1)) * sizeof(float));
            for (int64_t kv = from; kv < to; kv++) {
                std::vector<KvRun> stored = runs(static_cast<int>(kv));
                for (int g = 0; g < group; g++) {
                    int64_t head = kv * group + g;
                    HeadAttention attention{elementOf(dtype_), headDim_, headDim_, &stored, scale,
                                            sinks == nullptr ? nullptr : sinks + head};
                    for (int64_t t = 0; t < count; t++) {
                        int64_t at = (head * count + t) * headDim_;
                        attendRow(attention, q + at, visible(count, t, window), scores.as<float>(), out + at);
                    }
                }
            }
        });
    }

    /// Many queries: tiles of rows that share a head of keys against tiles of keys.
    void attendTiles(const float* q, int heads, int64_t count, float scale, int window, const float* sinks, float* out) {
        int group = heads / kvHeads_;
        int64_t perTile = std::max(1, kTileRows / group);
        int64_t tiles = (count + perTile - 1) / perTile;
        parallelFor(kvHeads_ * tiles, 1, [&](int64_t from, int64_t to) {
            for (int64_t job = from; job < to; job++) {
                // The last tiles see most keys: they come first, so that the end is even.
                int64_t first = (tiles - 1 - job / kvHeads_) * perTile;
                attendTile(static_cast<int>(job % kvHeads_), group, q, count, first, std::min(perTile, count - first), scale,
                           window, sinks, out);
            }
        });
    }

    /// Positions first .. first + tokens of the queries of all heads that share one head of keys.
    void attendTile(int kvHead, int group, const float* q, int64_t count, int64_t first, int64_t tokens, float scale,
                    int window, const float* sinks, float* out) const {
        auto rows = static_cast<int>(group * tokens);
        auto at = [&](int r) { return ((kvHead * group + r / tokens) * count + first + r % tokens) * headDim_; };
        Tile tile(headDim_, rows);
        for (int r = 0; r < rows; r++) tile.setQuery(r, q + at(r), scale);
        auto sees = [&](int r) {
            Visible v = visible(count, first + r % tokens, window);
            return std::pair<int64_t, int64_t>(v.from, v.to);
        };
        int64_t begin = sees(0).first / kTileKeys * kTileKeys;
        int64_t end = sees(rows - 1).second;
        for (int64_t key = begin; key < end; key += kTileKeys) {
            int keys = static_cast<int>(std::min<int64_t>(kTileKeys, end - key));
            tile.add(elementOf(dtype_), place(key, kvHead, false), place(key, kvHead, true), key, keys, sees);
        }
        for (int r = 0; r < rows; r++) {
            tile.finish(r, sinks == nullptr ? nullptr : sinks + kvHead * group + r / tokens, out + at(r));
        }
    }

    int kvHeads_;
    int headDim_;
    Dtype dtype_;
    int length_ = 0;
    std::vector<std::shared_ptr<Block>> blocks_;
};

static_assert(kBlockPositions % kTileKeys == 0, "a tile of keys lies in one block");

}  // namespace
}  // namespace cpu

namespace backend {

using namespace cpu;

std::shared_ptr<KvStore> createKvStore(int kvHeads, int headDim, Dtype dtype) {
    if (kvHeads < 1 || headDim < 1 || kvHeads > 1 << 16 || headDim > 1 << 16) {
        throw Error(std::to_string(kvHeads) + " heads of " + std::to_string(headDim) + " cannot be stored");
    }
    if (!isFloat(dtype)) throw Error(std::string("a store must be floating, not ") + name(dtype));
    return std::make_shared<BlockStore>(kvHeads, headDim, dtype);
}

int kvBlockPositions() {
    return kBlockPositions;
}

ArrayRef stepStores(const std::vector<std::shared_ptr<KvStore>>& stores, const ArrayRef& q, const ArrayRef& k,
                    const ArrayRef& v, float scale, int window, const ArrayRef& sinks) {
    for (const ArrayRef& x : {q, k, v}) requireFloat(x, "an operand");
    auto rows = static_cast<int32_t>(stores.size());
    if (rows == 0) throw Error("no stores");
    const auto& first = dynamic_cast<const BlockStore&>(*stores[0]);
    for (const auto& store : stores) {
        if (!first.fits(dynamic_cast<const BlockStore&>(*store))) throw Error("stores of different kinds");
        if (std::count(stores.begin(), stores.end(), store) > 1) throw Error("a store occurs twice");
    }
    Shape stored{rows, first.kvHeads(), 1, first.headDim()};
    requireShape(k, stored, "k");
    requireShape(v, stored, "v");
    if (q->shape.rank != 4 || q->shape[1] % first.kvHeads() != 0) throw Error("q of shape " + q->shape.str() + " does not fit");
    int heads = q->shape[1];
    requireShape(q, Shape{rows, heads, 1, first.headDim()}, "q");
    if (window < 0) throw Error("the window must not be " + std::to_string(window));
    if (sinks) requireShape(sinks, Shape{heads}, "sinks");
    ArrayRef keys = cast(k, first.dtype());
    ArrayRef values = cast(v, first.dtype());
    ArrayRef queries = toFloat(q);
    ArrayRef sinkValues = sinks ? toFloat(sinks) : ArrayRef();
    ArrayRef out = allocate(Dtype::kF32, q->shape);
    const float* sink = sinkValues ? sinkValues->as<float>() : nullptr;
    int longest = 0;
    for (int32_t i = 0; i < rows; i++) {
        auto& store = dynamic_cast<BlockStore&>(*stores[static_cast<size_t>(i)]);
        int64_t at = int64_t{i} * first.kvHeads() * first.rowBytes();
        store.appendRow(keys->data + at, values->data + at);
        longest = std::max(longest, store.length());
    }
    parallelFor(int64_t{rows} * first.kvHeads(), 1, [&](int64_t from, int64_t to) {
        Block scores(static_cast<size_t>(longest) * sizeof(float));
        for (int64_t job = from; job < to; job++) {
            int64_t row = job / first.kvHeads();
            int64_t at = row * heads * first.headDim();
            dynamic_cast<const BlockStore&>(*stores[static_cast<size_t>(row)])
                .attendNewest(static_cast<int>(job % first.kvHeads()), queries->as<float>() + at, heads, scale, window, sink,
                              scores.as<float>(), out->out<float>() + at);
        }
    });
    return cast(out, q->dtype);
}

}  // namespace backend
}  // namespace mlxm
