#include "shape.h"

namespace mlxm {

namespace {

struct DtypeFacts {
    const char* name;
    int bytes;
};

constexpr DtypeFacts kFacts[kDtypeCount] = {
    {"BOOL", 1}, {"U8", 1},  {"U16", 2}, {"U32", 4}, {"U64", 8},  {"I8", 1},
    {"I16", 2},  {"I32", 4}, {"I64", 8}, {"F16", 2}, {"BF16", 2}, {"F32", 4},
};

bool isSigned(Dtype d) {
    return d >= Dtype::kI8 && d <= Dtype::kI64;
}

}  // namespace

int byteSize(Dtype d) {
    return kFacts[static_cast<int>(d)].bytes;
}

const char* name(Dtype d) {
    return kFacts[static_cast<int>(d)].name;
}

Dtype dtypeOf(int32_t code) {
    if (code < 0 || code >= kDtypeCount) {
        throw Error("unknown dtype code " + std::to_string(code));
    }
    return static_cast<Dtype>(code);
}

Dtype promote(Dtype a, Dtype b) {
    if (a == b) return a;
    if (isFloat(a) && isFloat(b)) return Dtype::kF32;
    if (isFloat(a)) return a;
    if (isFloat(b)) return b;
    if (a == Dtype::kBool) return b;
    if (b == Dtype::kBool) return a;
    if (isSigned(a) == isSigned(b)) return byteSize(a) >= byteSize(b) ? a : b;
    Dtype sign = isSigned(a) ? a : b;
    Dtype unsign = isSigned(a) ? b : a;
    if (byteSize(sign) > byteSize(unsign)) return sign;
    switch (byteSize(unsign)) {
        case 1:
            return Dtype::kI16;
        case 2:
            return Dtype::kI32;
        case 4:
            return Dtype::kI64;
        default:
            return Dtype::kF32;  // no integer holds both U64 and a signed type
    }
}

Shape::Shape(std::initializer_list<int32_t> lengths) {
    for (int32_t length : lengths) push(length);
}

void Shape::push(int32_t length) {
    if (rank == kMaxRank) throw Error("more than " + std::to_string(kMaxRank) + " axes");
    dims[rank++] = length;
}

bool Shape::operator==(const Shape& other) const {
    if (rank != other.rank) return false;
    for (int i = 0; i < rank; i++) {
        if (dims[i] != other.dims[i]) return false;
    }
    return true;
}

int64_t Shape::size() const {
    return product(0, rank);
}

int64_t Shape::product(int from, int to) const {
    int64_t total = 1;
    bool empty = false;
    bool overflow = false;
    for (int i = from; i < to; i++) {
        if (dims[i] < 0) throw Error("negative length in shape " + str());
        if (dims[i] == 0) {
            empty = true;
        } else {
            overflow |= __builtin_mul_overflow(total, static_cast<int64_t>(dims[i]), &total);
        }
    }
    if (overflow) throw Error("too many elements in shape " + str());
    return empty ? 0 : total;
}

std::string Shape::str() const {
    std::string text = "[";
    for (int i = 0; i < rank; i++) {
        if (i > 0) text += ",";
        text += std::to_string(dims[i]);
    }
    return text + "]";
}

int checkedAxis(int axis, int rank) {
    int64_t index = axis < 0 ? static_cast<int64_t>(axis) + rank : axis;
    if (index < 0 || index >= rank) {
        throw Error("axis " + std::to_string(axis) + " does not exist in an array of rank " + std::to_string(rank));
    }
    return static_cast<int>(index);
}

int64_t checkedBytes(const Shape& shape, Dtype dtype) {
    int64_t bytes = 0;
    if (__builtin_mul_overflow(shape.size(), static_cast<int64_t>(byteSize(dtype)), &bytes)) {
        throw Error("too many elements in shape " + shape.str());
    }
    return bytes;
}

Shape broadcast(const Shape& a, const Shape& b) {
    Shape out;
    out.rank = a.rank > b.rank ? a.rank : b.rank;
    for (int i = 0; i < out.rank; i++) {
        int ia = i - (out.rank - a.rank);
        int ib = i - (out.rank - b.rank);
        int32_t da = ia < 0 ? 1 : a[ia];
        int32_t db = ib < 0 ? 1 : b[ib];
        if (da != db && da != 1 && db != 1) {
            throw Error("shapes " + a.str() + " and " + b.str() + " do not broadcast");
        }
        out[i] = da == 1 ? db : da;
    }
    return out;
}

DeltaSizes checkedDelta(const Shape& q, const Shape& k, const Shape& v, const Shape& decay, const Shape& beta,
                        const Shape& state) {
    bool fits = q.rank == 4 && q == k && v.rank == 4 && v[0] == q[0] && v[1] == q[1] && q[2] > 0 && v[2] % q[2] == 0 &&
                decay == Shape{v[0], v[1], v[2]} && beta == decay && state == Shape{v[0], v[2], v[3], q[3]};
    if (!fits) {
        throw Error("queries " + q.str() + ", keys " + k.str() + ", values " + v.str() + ", decay " + decay.str() +
                    ", beta " + beta.str() + " and state " + state.str() + " do not fit each other");
    }
    return {q[0], q[1], q[2], q[3], v[2], v[3]};
}

}  // namespace mlxm
