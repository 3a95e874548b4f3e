// Sixteen-bit floats, one at a time. Internal linkage on purpose: files with different compiler flags include this.
#pragma once

#include <stdint.h>
#include <string.h>

namespace mlxm {
namespace cpu {

static inline float bitsToFloat(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static inline uint32_t floatToBits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static inline float fromBf16(uint16_t half) {
    return bitsToFloat(static_cast<uint32_t>(half) << 16);
}

/// Round to nearest even; NaN stays NaN.
static inline uint16_t toBf16(float value) {
    uint32_t bits = floatToBits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>(bits >> 16 | 0x40);
    return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static inline float fromF16(uint16_t half) {
    uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
    uint32_t exponent = half >> 10 & 0x1f;
    uint32_t mantissa = half & 0x3ff;
    if (exponent == 0x1f) return bitsToFloat(sign | 0x7f800000u | mantissa << 13);
    if (exponent != 0) return bitsToFloat(sign | (exponent + 112) << 23 | mantissa << 13);
    float tiny = static_cast<float>(mantissa) * 5.9604644775390625e-8f;  // 2^-24
    return bitsToFloat(sign | floatToBits(tiny));
}

/// Round to nearest even; overflow gives infinity, NaN stays NaN.
static inline uint16_t toF16(float value) {
    uint32_t bits = floatToBits(value);
    auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
    uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00 | (magnitude >> 13 & 0x3ff));
    if (magnitude >= 0x47800000u) return static_cast<uint16_t>(sign | 0x7c00);
    if (magnitude < 0x38800000u) {
        // Subnormal: adding 0.5 leaves the wanted bits, rounded, at the bottom of the mantissa.
        float shifted = bitsToFloat(magnitude) + 0.5f;
        return static_cast<uint16_t>(sign | (floatToBits(shifted) - 0x3f000000u));
    }
    uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1);
    return static_cast<uint16_t>(sign | (rounded - 0x38000000u) >> 13);
}

}  // namespace cpu
}  // namespace mlxm
