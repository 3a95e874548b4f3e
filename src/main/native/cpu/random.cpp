// Random numbers: the counter-based threefry generator with the counters laid out as MLX does, so that a key gives the
// same numbers.
#include <cmath>

#include "common.h"

namespace mlxm {
namespace backend {

using namespace cpu;

namespace {

struct Pair {
    uint32_t first;
    uint32_t second;
};

Pair threefry(Pair key, Pair count) {
    constexpr int kRotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    const uint32_t keys[3] = {key.first, key.second, key.first ^ key.second ^ 0x1BD11BDAu};
    count.first += keys[0];
    count.second += keys[1];
    for (uint32_t round = 0; round < 5; round++) {
        for (int rotation : kRotations[round % 2]) {
            count.first += count.second;
            count.second = count.second << rotation | count.second >> (32 - rotation);
            count.second ^= count.first;
        }
        count.first += keys[(round + 1) % 3];
        count.second += keys[(round + 2) % 3] + round + 1;
    }
    return count;
}

Pair keyOf(const ArrayRef& key) {
    if (key->dtype != Dtype::kU32) throw Error(std::string("a key must be U32, not ") + name(key->dtype));
    requireShape(key, Shape{2}, "the key");
    return {key->as<uint32_t>()[0], key->as<uint32_t>()[1]};
}

/// The inverse of the error function, by Newton's method from a first guess.
double erfInverse(double x) {
    if (x <= -1 || x >= 1) return x < 0 ? -INFINITY : INFINITY;
    double l = std::log1p(-x * x);
    double part = 2 / (M_PI * 0.147) + l / 2;
    double y = std::copysign(std::sqrt(std::sqrt(part * part - l / 0.147) - part), x);
    for (int i = 0; i < 4; i++) {
        double error = std::erf(y) - x;
        y -= error / (2 / std::sqrt(M_PI) * std::exp(-y * y) + y * error);
    }
    return y;
}

template <typename Fn>
ArrayRef mapUniform(const ArrayRef& key, float low, float high, const Shape& shape, Fn&& fn) {
    ArrayRef bits = randomBits(key, shape);
    ArrayRef out = allocate(Dtype::kF32, shape);
    const float largest = std::nextafterf(1.0f, 0.0f);
    for (int64_t i = 0; i < out->size; i++) {
        float share = static_cast<float>(bits->as<uint32_t>()[i]) / 4294967296.0f;
        out->out<float>()[i] = fn((high - low) * std::fmin(share, largest) + low);
    }
    return out;
}

}  // namespace

ArrayRef randomKey(uint64_t seed) {
    uint32_t words[2] = {static_cast<uint32_t>(seed >> 32), static_cast<uint32_t>(seed)};
    return fromHost(Dtype::kU32, Shape{2}, words);
}

ArrayRef randomSplit(const ArrayRef& key, int count) {
    if (count < 1) throw Error("a key cannot be split into " + std::to_string(count));
    return randomBits(key, Shape{count, 2});
}

ArrayRef randomBits(const ArrayRef& key, const Shape& shape) {
    Pair words = keyOf(key);
    ArrayRef out = allocate(Dtype::kU32, shape);
    auto* p = out->out<uint32_t>();
    int64_t half = out->size / 2;
    bool odd = out->size % 2 != 0;
    for (int64_t i = 0; i < half; i++) {
        Pair hash = threefry(words, {static_cast<uint32_t>(i), static_cast<uint32_t>(half + odd + i)});
        p[i] = hash.first;
        p[half + odd + i] = hash.second;
    }
    if (odd) p[half] = threefry(words, {static_cast<uint32_t>(half), 0}).first;
    return out;
}

ArrayRef randomUniform(const ArrayRef& key, float low, float high, const Shape& shape) {
    return mapUniform(key, low, high, shape, [](float v) { return v; });
}

ArrayRef randomNormal(const ArrayRef& key, const Shape& shape) {
    return mapUniform(key, std::nextafterf(-1.0f, 0.0f), 1.0f, shape,
                      [](float v) { return static_cast<float>(std::sqrt(2.0) * erfInverse(v)); });
}

ArrayRef randomGumbel(const ArrayRef& key, const Shape& shape) {
    return mapUniform(key, 0, 1, shape, [](float v) { return -std::log(-std::log(v)); });
}

ArrayRef randomCategorical(const ArrayRef& key, const ArrayRef& logits, int axis) {
    requireFloat(logits, "logits");
    int along = checkedAxis(axis, logits->shape.rank);
    ArrayRef noise = randomGumbel(key, logits->shape);
    return reduce(Reduce::kArgmax, binary(Binary::kAdd, noise, toFloat(logits)), along, false);
}

}  // namespace backend
}  // namespace mlxm
