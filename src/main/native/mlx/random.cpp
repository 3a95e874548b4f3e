// Random numbers by key.
#include <mlx/random.h>

#include "arrays.h"

namespace mlxm::backend {

namespace {

/// Throws Error for a shape that is impossible or too large before MLX counts its elements.
mx::Shape checked(const Shape& shape) {
    bridge::requireRoom(checkedBytes(shape, Dtype::kF32));
    return bridge::toMlx(shape);
}

}  // namespace

ArrayRef randomKey(uint64_t seed) {
    return bridge::computed(mx::random::key(seed));
}

ArrayRef randomSplit(const ArrayRef& key, int count) {
    if (count < 1) throw Error("a key cannot be split into " + std::to_string(count));
    checked(Shape{count, 2});
    return bridge::computed(mx::random::split(key->value, count));
}

ArrayRef randomBits(const ArrayRef& key, const Shape& shape) {
    return bridge::computed(mx::random::bits(checked(shape), key->value));
}

ArrayRef randomUniform(const ArrayRef& key, float low, float high, const Shape& shape) {
    return bridge::computed(
        mx::random::uniform(mx::array(low), mx::array(high), checked(shape), mx::float32, key->value));
}

ArrayRef randomNormal(const ArrayRef& key, const Shape& shape) {
    return bridge::computed(mx::random::normal(checked(shape), mx::float32, key->value));
}

ArrayRef randomGumbel(const ArrayRef& key, const Shape& shape) {
    return bridge::computed(mx::random::gumbel(checked(shape), mx::float32, key->value));
}

ArrayRef randomCategorical(const ArrayRef& key, const ArrayRef& logits, int axis) {
    bridge::requireFloat(logits, "logits");
    int at = checkedAxis(axis, logits->shape.rank);
    if (logits->shape[at] == 0) throw Error("there is nothing to choose from");
    if (logits->shape.size() == 0) return reduce(Reduce::kArgmax, logits, at, false);
    return bridge::computed(mx::random::categorical(logits->value, at, key->value), logits->shape[at]);
}

}  // namespace mlxm::backend
