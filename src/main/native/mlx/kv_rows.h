// Rows of keys or values: one array of elements or, packed, three of codes, scales and biases.
#pragma once

#include <mlx/ops.h>

#include <vector>

#include "arrays.h"

namespace mlxm::bridge {

/// The arrays are [1, heads, positions, length of a row's part]. The owner counts the positions; behind those that it has put
/// there, arrays may hold anything.
class KvRows {
 public:
    /// bits: 0, or 8 or 4 of a packed element; `dim` is then a multiple of 32.
    KvRows(int heads, int dim, Dtype dtype, int bits) : heads_(heads), dim_(dim), bits_(bits), dtype_(dtype) {
        if (packed()) {
            add(dim * bits / 32, mx::uint32);
            add(dim / group(), scaleType());
            add(dim / group(), scaleType());
        } else {
            add(dim, toMlx(dtype));
        }
    }

    bool packed() const { return bits_ != 0; }
    const std::vector<mx::array>& arrays() const { return parts_; }

    int64_t rowBytes() const {
        int64_t bytes = 0;
        for (const mx::array& part : parts_) bytes += static_cast<int64_t>(part.itemsize()) * part.shape(3);
        return bytes;
    }

    /// Rows of floats, or bytes that `bytes` gave, as the parts of such rows.
    std::vector<mx::array> partsOf(const ArrayRef& x) const {
        if (!packed()) return {x->value};
        if (x->dtype != Dtype::kU8) {
            return mx::quantize(mx::astype(x->value, scaleType()), group(), bits_);
        }
        std::vector<mx::array> parts;
        int from = 0;
        for (const mx::array& part : parts_) {
            int to = from + part.shape(3) * static_cast<int>(part.itemsize());
            mx::array bytes = mx::slice(x->value, {0, 0, 0, from}, {1, heads_, x->shape[2], to});
            parts.push_back(mx::view(mx::contiguous(bytes), part.dtype()));
            from = to;
        }
        return parts;
    }

    /// Room for `capacity` positions, of which the first `length` are those of before.
    void grow(int length, int capacity) {
        for (mx::array& part : parts_) {
            mx::array rest = mx::zeros({1, heads_, capacity - length, part.shape(3)}, part.dtype());
            part = length == 0 ? rest : mx::concatenate({slice(part, 0, length), rest}, 2);
        }
    }

    void put(const std::vector<mx::array>& rows, int from, int to) {
        for (size_t i = 0; i < parts_.size(); i++) {
            const mx::Shape begin{0, 0, from, 0};
            const mx::Shape end{1, heads_, to, parts_[i].shape(3)};
            parts_[i] = mx::slice_update(parts_[i], rows[i], begin, end);
        }
    }

    /// A copy of positions from .. to.
    KvRows copy(int from, int to) const {
        KvRows out = *this;
        for (mx::array& part : out.parts_) part = mx::contiguous(slice(part, from, to));
        return out;
    }

    /// The first `length` positions, and behind them `count` of other rows of the same kind.
    void join(int length, const KvRows& other, int count) {
        for (size_t i = 0; i < parts_.size(); i++) {
            parts_[i] = mx::concatenate({slice(parts_[i], 0, length), slice(other.parts_[i], 0, count)}, 2);
        }
    }

    /// Positions from .. to as floats.
    mx::array floats(int from, int to) const {
        if (!packed()) return slice(parts_[0], from, to);
        return mx::dequantize(slice(parts_[0], from, to), slice(parts_[1], from, to), slice(parts_[2], from, to),
                              group(), bits_);
    }

    /// Positions from .. to as they are: elements, or the bytes of all parts of a row side by side.
    mx::array stored(int from, int to) const {
        if (!packed()) return floats(from, to);
        std::vector<mx::array> bytes;
        for (const mx::array& part : parts_) {
            bytes.push_back(mx::view(mx::contiguous(slice(part, from, to)), mx::uint8));
        }
        return mx::concatenate(bytes, 3);
    }

 private:
    void add(int length, mx::Dtype dtype) { parts_.push_back(mx::zeros({1, heads_, 0, length}, dtype)); }
    int group() const { return dim_ % 64 == 0 ? 64 : 32; }
    mx::Dtype scaleType() const { return dtype_ == Dtype::kF32 ? mx::float16 : toMlx(dtype_); }

    mx::array slice(const mx::array& part, int from, int to) const {
        return mx::slice(part, {0, 0, from, 0}, {1, heads_, to, part.shape(3)});
    }

    int heads_;
    int dim_;
    int bits_;
    Dtype dtype_;
    std::vector<mx::array> parts_;
};

}  // namespace mlxm::bridge
