// Operations that move elements without computing anything.
#include <cstring>

#include "common.h"

namespace mlxm {
namespace backend {

using namespace cpu;

ArrayRef reshape(const ArrayRef& x, const Shape& wanted) {
    Shape shape = wanted;
    int open = -1;
    int64_t known = 1;
    for (int i = 0; i < shape.rank; i++) {
        if (shape[i] == -1) {
            if (open >= 0) throw Error("at most one length of " + wanted.str() + " may be -1");
            open = i;
        } else if (shape[i] < 0) {
            throw Error("negative length in shape " + wanted.str());
        } else if (__builtin_mul_overflow(known, static_cast<int64_t>(shape[i]), &known)) {
            throw Error("too many elements in shape " + wanted.str());
        }
    }
    if (open >= 0) {
        if (known == 0 || x->size % known != 0 || x->size / known > INT32_MAX) {
            throw Error("shape " + x->shape.str() + " does not divide into " + wanted.str());
        }
        shape[open] = static_cast<int32_t>(x->size / known);
    }
    if (shape.size() != x->size) {
        throw Error("shape " + x->shape.str() + " has " + std::to_string(x->size) + " elements, " + wanted.str() + " has " +
                    std::to_string(shape.size()));
    }
    return view(x, x->dtype, shape);
}

namespace {

/// Copies `rows` runs of `width` elements whose sources are `step` bytes of index arithmetic apart.
template <typename T>
void gatherStrided(const Array& x, Array& out, const int64_t* strides) {
    const Shape& shape = out.shape;
    int64_t width = shape.rank > 0 ? shape.back() : 1;
    int64_t rows = width == 0 ? 0 : out.size / width;
    int64_t inner = shape.rank > 0 ? strides[shape.rank - 1] : 1;
    const T* from = x.as<T>();
    T* to = out.out<T>();
    int64_t grain = width > 0 ? 1 + kGrain / width : 1;
    parallelFor(rows, grain, [&](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            int64_t rest = row;
            int64_t offset = 0;
            for (int axis = shape.rank - 2; axis >= 0; axis--) {
                offset += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }
            T* target = to + row * width;
            if (inner == 1) {
                std::memcpy(target, from + offset, static_cast<size_t>(width) * sizeof(T));
            } else {
                for (int64_t i = 0; i < width; i++) target[i] = from[offset + i * inner];
            }
        }
    });
}

ArrayRef strided(const ArrayRef& x, const Shape& shape, const int64_t* strides, int64_t start) {
    ArrayRef source = start == 0 ? x : view(x, x->dtype, Shape{0}, start * byteSize(x->dtype));
    ArrayRef out = allocate(x->dtype, shape);
    if (out->size == 0) return out;
    switch (byteSize(x->dtype)) {
        case 1:
            gatherStrided<uint8_t>(*source, *out, strides);
            break;
        case 2:
            gatherStrided<uint16_t>(*source, *out, strides);
            break;
        case 4:
            gatherStrided<uint32_t>(*source, *out, strides);
            break;
        default:
            gatherStrided<uint64_t>(*source, *out, strides);
    }
    return out;
}

void rowStrides(const Shape& shape, int64_t* strides) {
    int64_t step = 1;
    for (int i = shape.rank - 1; i >= 0; i--) {
        strides[i] = step;
        step *= shape[i];
    }
}

}  // namespace

ArrayRef transpose(const ArrayRef& x, const Shape& axes) {
    int rank = x->shape.rank;
    Shape order = axes;
    if (order.rank == 0) {
        for (int i = rank - 1; i >= 0; i--) order.push(i);
    }
    if (order.rank != rank) throw Error("axes " + axes.str() + " do not fit shape " + x->shape.str());
    int64_t own[Shape::kMaxRank];
    rowStrides(x->shape, own);
    Shape shape;
    int64_t strides[Shape::kMaxRank];
    bool seen[Shape::kMaxRank] = {};
    bool sameOrder = true;
    int lastMoved = -1;
    for (int i = 0; i < rank; i++) {
        int axis = checkedAxis(order[i], rank);
        if (seen[axis]) throw Error("axes " + axes.str() + " name an axis twice");
        seen[axis] = true;
        shape.push(x->shape[axis]);
        strides[i] = own[axis];
        if (x->shape[axis] != 1) {
            sameOrder &= axis > lastMoved;
            lastMoved = axis;
        }
    }
    // Axes of length one may go anywhere without an element moving.
    if (sameOrder) return view(x, x->dtype, shape);
    return strided(x, shape, strides, 0);
}

ArrayRef slice(const ArrayRef& x, const Shape& start, const Shape& stop) {
    int rank = x->shape.rank;
    if (start.rank != rank || stop.rank != rank) {
        throw Error("start " + start.str() + " and stop " + stop.str() + " do not fit shape " + x->shape.str());
    }
    int64_t strides[Shape::kMaxRank];
    rowStrides(x->shape, strides);
    Shape shape;
    int64_t offset = 0;
    bool oneRun = true;
    bool inner = true;
    for (int i = rank - 1; i >= 0; i--) {
        if (start[i] < 0 || stop[i] < start[i] || stop[i] > x->shape[i]) {
            throw Error("slice from " + start.str() + " to " + stop.str() + " lies outside shape " + x->shape.str());
        }
        // One run of memory: everything whole inside, one axis cut, single steps outside.
        bool whole = stop[i] - start[i] == x->shape[i];
        if (!inner && stop[i] - start[i] != 1) oneRun = false;
        if (!whole) inner = false;
        offset += start[i] * strides[i];
    }
    for (int i = 0; i < rank; i++) shape.push(stop[i] - start[i]);
    if (shape.size() == 0) return allocate(x->dtype, shape);
    if (oneRun) return view(x, x->dtype, shape, offset * byteSize(x->dtype));
    return strided(x, shape, strides, offset);
}

ArrayRef concatenate(const std::vector<ArrayRef>& arrays, int axis) {
    if (arrays.empty()) throw Error("nothing to concatenate");
    Dtype dtype = arrays[0]->dtype;
    Shape shape = arrays[0]->shape;
    int along = checkedAxis(axis, shape.rank);
    int64_t length = 0;
    for (const ArrayRef& part : arrays) {
        bool fits = part->shape.rank == shape.rank;
        for (int i = 0; fits && i < shape.rank; i++) fits = i == along || part->shape[i] == shape[i];
        if (!fits) throw Error("shapes " + shape.str() + " and " + part->shape.str() + " do not join along that axis");
        dtype = promote(dtype, part->dtype);
        length += part->shape[along];
    }
    if (length > INT32_MAX) throw Error("the joined axis would have " + std::to_string(length) + " elements");
    shape[along] = static_cast<int32_t>(length);
    ArrayRef out = allocate(dtype, shape);
    int64_t outer = shape.product(0, along);
    int64_t row = shape.product(along, shape.rank) * byteSize(dtype);
    int64_t at = 0;
    for (const ArrayRef& part : arrays) {
        ArrayRef same = cast(part, dtype);
        int64_t bytes = part->shape.product(along, shape.rank) * byteSize(dtype);
        if (bytes == 0) continue;
        for (int64_t i = 0; i < outer; i++) {
            std::memcpy(out->data + i * row + at, same->data + i * bytes, static_cast<size_t>(bytes));
        }
        at += bytes;
    }
    return out;
}

ArrayRef expandDims(const ArrayRef& x, int axis) {
    int at = checkedAxis(axis, x->shape.rank + 1);
    Shape shape;
    for (int i = 0; i <= x->shape.rank; i++) {
        if (i == at) shape.push(1);
        if (i < x->shape.rank) shape.push(x->shape[i]);
    }
    return view(x, x->dtype, shape);
}

ArrayRef squeeze(const ArrayRef& x, int axis) {
    int at = checkedAxis(axis, x->shape.rank);
    if (x->shape[at] != 1) throw Error("axis " + std::to_string(axis) + " of shape " + x->shape.str() + " is not 1 long");
    Shape shape;
    for (int i = 0; i < x->shape.rank; i++) {
        if (i != at) shape.push(x->shape[i]);
    }
    return view(x, x->dtype, shape);
}

ArrayRef broadcastTo(const ArrayRef& x, const Shape& shape) {
    if (broadcast(x->shape, shape) != shape) {
        throw Error("shape " + x->shape.str() + " does not broadcast to " + shape.str());
    }
    if (x->shape.rank == shape.rank && x->shape == shape) return x;
    Strides strides(x->shape, shape);
    return strided(x, shape, strides.of, 0);
}

namespace {

void requireIndex(int64_t index, int64_t length) {
    if (index < 0 || index >= length) {
        throw Error("index " + std::to_string(index) + " is outside an axis of length " + std::to_string(length));
    }
}

void requireIndices(const ArrayRef& indices) {
    if (isFloat(indices->dtype) || indices->dtype == Dtype::kBool) {
        throw Error(std::string("indices must be integers, not ") + name(indices->dtype));
    }
}

}  // namespace

ArrayRef takeRows(const ArrayRef& table, const std::vector<int32_t>& ids) {
    requireRank(table, 1, "the table");
    for (int32_t id : ids) requireIndex(id, table->shape[0]);
    Shape shape = table->shape;
    shape[0] = static_cast<int32_t>(ids.size());
    ArrayRef out = allocate(table->dtype, shape);
    int64_t row = table->shape.product(1, table->shape.rank) * byteSize(table->dtype);
    for (size_t i = 0; i < ids.size(); i++) {
        if (row > 0) {
            std::memcpy(out->data + static_cast<int64_t>(i) * row, table->data + ids[i] * row, static_cast<size_t>(row));
        }
    }
    return out;
}

ArrayRef take(const ArrayRef& x, const ArrayRef& indices, int axis) {
    requireIndices(indices);
    int along = checkedAxis(axis, x->shape.rank);
    ArrayRef wide = astype(indices, Dtype::kI64);
    for (int64_t i = 0; i < wide->size; i++) requireIndex(wide->as<int64_t>()[i], x->shape[along]);
    Shape shape;
    for (int i = 0; i < along; i++) shape.push(x->shape[i]);
    for (int i = 0; i < indices->shape.rank; i++) shape.push(indices->shape[i]);
    for (int i = along + 1; i < x->shape.rank; i++) shape.push(x->shape[i]);
    ArrayRef out = allocate(x->dtype, shape);
    int64_t outer = x->shape.product(0, along);
    int64_t run = x->shape.product(along + 1, x->shape.rank) * byteSize(x->dtype);
    if (out->size == 0) return out;
    for (int64_t o = 0; o < outer; o++) {
        for (int64_t i = 0; i < wide->size; i++) {
            std::memcpy(out->data + (o * wide->size + i) * run,
                        x->data + (o * x->shape[along] + wide->as<int64_t>()[i]) * run, static_cast<size_t>(run));
        }
    }
    return out;
}

ArrayRef takeAlongAxis(const ArrayRef& x, const ArrayRef& indices, int axis) {
    requireIndices(indices);
    int along = checkedAxis(axis, x->shape.rank);
    bool fits = indices->shape.rank == x->shape.rank;
    for (int i = 0; fits && i < x->shape.rank; i++) fits = i == along || indices->shape[i] == x->shape[i];
    if (!fits) throw Error("indices of shape " + indices->shape.str() + " do not fit shape " + x->shape.str());
    ArrayRef wide = astype(indices, Dtype::kI64);
    ArrayRef out = allocate(x->dtype, indices->shape);
    int64_t outer = x->shape.product(0, along);
    int64_t inner = x->shape.product(along + 1, x->shape.rank);
    int64_t count = indices->shape[along];
    int64_t width = byteSize(x->dtype);
    for (int64_t o = 0; o < outer; o++) {
        for (int64_t i = 0; i < count; i++) {
            for (int64_t j = 0; j < inner; j++) {
                int64_t index = wide->as<int64_t>()[(o * count + i) * inner + j];
                requireIndex(index, x->shape[along]);
                std::memcpy(out->data + ((o * count + i) * inner + j) * width,
                            x->data + ((o * x->shape[along] + index) * inner + j) * width, static_cast<size_t>(width));
            }
        }
    }
    return out;
}

}  // namespace backend
}  // namespace mlxm
