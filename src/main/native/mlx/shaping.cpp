// Operations that only move or choose elements.
#include <mlx/ops.h>

#include <algorithm>

#include "arrays.h"

namespace mlxm::backend {

namespace {

std::vector<int> axesOf(const Shape& axes) {
    return std::vector<int>(axes.dims, axes.dims + axes.rank);
}

mx::array indexArray(const std::vector<int32_t>& ids) {
    return mx::array(ids.data(), mx::Shape{static_cast<int32_t>(ids.size())}, mx::int32);
}

/// The shape meant: the length -1, of which there may be one, is worked out.
Shape resolved(const Shape& wanted, int64_t size) {
    Shape shape = wanted;
    int open = -1;
    for (int i = 0; i < shape.rank; i++) {
        if (shape[i] != -1) continue;
        if (open >= 0) throw Error("more than one length of " + wanted.str() + " is -1");
        open = i;
        shape[i] = 1;
    }
    int64_t rest = shape.size();
    if (open >= 0 && rest > 0 && size % rest == 0 && size / rest <= INT32_MAX) {
        shape[open] = static_cast<int32_t>(size / rest);
        rest = size;
    }
    if (rest != size || (open >= 0 && shape.product(0, open) * shape.product(open + 1, shape.rank) == 0)) {
        throw Error(std::to_string(size) + " elements cannot take the shape " + wanted.str());
    }
    return shape;
}

}  // namespace

ArrayRef reshape(const ArrayRef& x, const Shape& shape) {
    Shape wanted = resolved(shape, x->shape.size());
    return bridge::view(mx::reshape(x->value, bridge::toMlx(wanted)), x->below);
}

ArrayRef transpose(const ArrayRef& x, const Shape& axes) {
    if (axes.rank == 0) return bridge::view(mx::transpose(x->value), x->below);
    if (axes.rank != x->shape.rank) {
        throw Error("axes " + axes.str() + " do not name every axis of " + x->shape.str());
    }
    Shape checked = axes;
    for (int i = 0; i < axes.rank; i++) checked[i] = checkedAxis(axes[i], x->shape.rank);
    return bridge::view(mx::transpose(x->value, axesOf(checked)), x->below);
}

ArrayRef slice(const ArrayRef& x, const Shape& start, const Shape& stop) {
    bool fits = start.rank == x->shape.rank && stop.rank == x->shape.rank;
    for (int i = 0; fits && i < start.rank; i++) {
        fits = 0 <= start[i] && start[i] <= stop[i] && stop[i] <= x->shape[i];
    }
    if (!fits) throw Error("the box " + start.str() + " to " + stop.str() + " does not lie in " + x->shape.str());
    return bridge::view(mx::slice(x->value, bridge::toMlx(start), bridge::toMlx(stop)), x->below);
}

ArrayRef concatenate(const std::vector<ArrayRef>& arrays, int axis) {
    if (arrays.empty()) throw Error("nothing to concatenate");
    int at = checkedAxis(axis, arrays[0]->shape.rank);
    std::vector<mx::array> parts;
    int64_t below = arrays[0]->below;
    for (const ArrayRef& array : arrays) {
        parts.push_back(array->value);
        below = below == 0 || array->below == 0 ? 0 : std::max(below, array->below);
    }
    return bridge::computed(mx::concatenate(std::move(parts), at), below);
}

ArrayRef expandDims(const ArrayRef& x, int axis) {
    return bridge::view(mx::expand_dims(x->value, checkedAxis(axis, x->shape.rank + 1)), x->below);
}

ArrayRef squeeze(const ArrayRef& x, int axis) {
    return bridge::view(mx::squeeze(x->value, checkedAxis(axis, x->shape.rank)), x->below);
}

ArrayRef broadcastTo(const ArrayRef& x, const Shape& shape) {
    bridge::requireRoom(checkedBytes(shape, x->dtype));
    return bridge::computed(mx::broadcast_to(x->value, bridge::toMlx(shape)), x->below);
}

ArrayRef takeRows(const ArrayRef& table, const std::vector<int32_t>& ids) {
    bridge::requireIndices(ids, table->shape[checkedAxis(0, table->shape.rank)]);
    return bridge::computed(mx::take(table->value, indexArray(ids), 0), table->below);
}

ArrayRef take(const ArrayRef& x, const ArrayRef& indices, int axis) {
    int at = checkedAxis(axis, x->shape.rank);
    bridge::requireIndices(indices, x->shape[at]);
    return bridge::computed(mx::take(x->value, indices->value, at), x->below);
}

ArrayRef takeAlongAxis(const ArrayRef& x, const ArrayRef& indices, int axis) {
    int at = checkedAxis(axis, x->shape.rank);
    Shape expected = x->shape;
    if (indices->shape.rank == expected.rank) expected[at] = indices->shape[at];
    if (indices->shape != expected) {
        throw Error("indices of shape " + indices->shape.str() + " do not fit " + x->shape.str());
    }
    bridge::requireIndices(indices, x->shape[at]);
    return bridge::computed(mx::take_along_axis(x->value, indices->value, at), x->below);
}

ArrayRef astype(const ArrayRef& x, Dtype dtype) {
    if (dtype == x->dtype) return x;
    bool holdsIndices = !isFloat(dtype) && byteSize(dtype) >= 4;
    return bridge::computed(mx::astype(x->value, bridge::toMlx(dtype)), holdsIndices ? x->below : 0);
}

}  // namespace mlxm::backend
