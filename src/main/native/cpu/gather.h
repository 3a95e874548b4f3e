// Products of rows with chosen matrices of a stack: rows that have chosen the same matrix are multiplied together.
#pragma once

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

#include "common.h"
#include "memory.h"

namespace mlxm {
namespace cpu {

/// Which matrix of x meets which matrix of the stack.
class Meetings {
 public:
    /// lhsIndices may be none: the leading axes of x are broadcast against the indices then.
    Meetings(const Shape& batch, int64_t matrices, const ArrayRef& lhsIndices, const ArrayRef& rhsIndices)
        : shape_(broadcast(lhsIndices ? lhsIndices->shape : batch, rhsIndices->shape)),
          lhs_(broadcastTo(lhsIndices ? wide(lhsIndices) : all(batch), shape_)),
          rhs_(broadcastTo(wide(rhsIndices), shape_)) {
        int64_t batches = batch.size();
        for (int64_t i = 0; i < lhs_->size; i++) {
            if (left(i) < 0 || left(i) >= batches) throw Error("index " + std::to_string(left(i)) + " is outside x");
            if (right(i) < 0 || right(i) >= matrices) {
                throw Error("index " + std::to_string(right(i)) + " is outside the weights");
            }
        }
    }

    const Shape& shape() const { return shape_; }

    /// y[i][m, n] = x[left(i)][m, k] with matrix right(i). product(matrix, rows, count, y) multiplies `count` rows, an
    /// array of their own, by a matrix.
    template <typename Product>
    void multiply(const ArrayRef& x, int64_t m, int64_t k, int64_t n, float* y, Product&& product) const {
        std::vector<int64_t> order(static_cast<size_t>(lhs_->size));
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return right(a) < right(b); });
        std::vector<size_t> begins;  // of the rows that chose the same matrix
        for (size_t i = 0; i < order.size(); i++) {
            if (i == 0 || right(order[i]) != right(order[i - 1])) begins.push_back(i);
        }
        auto meet = [&](int64_t from, int64_t to) {
            for (int64_t run = from; run < to; run++) {
                auto at = static_cast<size_t>(run);
                size_t end = at + 1 < begins.size() ? begins[at + 1] : order.size();
                multiplyRun(order.data() + begins[at], static_cast<int64_t>(end - begins[at]), x, m, k, n, y, product);
            }
        };
        auto runs = static_cast<int64_t>(begins.size());
        // A small product is not worth being shared out itself.
        if (n * k < kShared) {
            parallelFor(runs, 1, [&](int64_t from, int64_t to) { meet(from, to); });
        } else {
            meet(0, runs);
        }
    }

 private:
    /// Elements of a matrix from which one product keeps all threads busy.
    static constexpr int64_t kShared = 1 << 19;

    template <typename Product>
    void multiplyRun(const int64_t* places, int64_t count, const ArrayRef& x, int64_t m, int64_t k, int64_t n, float* y,
                     Product& product) const {
        auto bytes = [&](int64_t width) { return static_cast<size_t>(m * width) * sizeof(float); };
        ArrayRef rows = allocate(Dtype::kF32, Shape{static_cast<int32_t>(count * m), static_cast<int32_t>(k)});
        for (int64_t i = 0; i < count; i++) {
            std::memcpy(rows->out<float>() + i * m * k, x->as<float>() + left(places[i]) * m * k, bytes(k));
        }
        int64_t matrix = right(places[0]);
        if (count == 1) {
            product(matrix, rows, m, y + places[0] * m * n);
            return;
        }
        Block together(std::max<size_t>(bytes(n) * static_cast<size_t>(count), 1));
        product(matrix, rows, count * m, together.as<float>());
        for (int64_t i = 0; i < count; i++) {
            std::memcpy(y + places[i] * m * n, together.as<float>() + i * m * n, bytes(n));
        }
    }

    static ArrayRef broadcastTo(const ArrayRef& x, const Shape& shape) { return backend::broadcastTo(x, shape); }

    static ArrayRef wide(const ArrayRef& indices) {
        if (isFloat(indices->dtype) || indices->dtype == Dtype::kBool) {
            throw Error(std::string("indices must be integers, not ") + name(indices->dtype));
        }
        return backend::astype(indices, Dtype::kI64);
    }

    static ArrayRef all(const Shape& batch) {
        ArrayRef numbers = allocate(Dtype::kI64, batch);
        std::iota(numbers->out<int64_t>(), numbers->out<int64_t>() + numbers->size, 0);
        return numbers;
    }

    int64_t left(int64_t i) const { return lhs_->as<int64_t>()[i]; }
    int64_t right(int64_t i) const { return rhs_->as<int64_t>()[i]; }

    Shape shape_;
    ArrayRef lhs_;
    ArrayRef rhs_;
};

}  // namespace cpu
}  // namespace mlxm
