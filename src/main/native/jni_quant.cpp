// Packed weights.
#include "guard.h"

namespace mlxm {

MLXM_JNI(jlongArray, quantize)(JNIEnv* env, jclass, jlong w, jint mode, jint groupSize, jint bits) {
    return run(env, "quantize", [&](Call& call) {
        Packed packed = backend::quantize(call.array(w), quantOf(mode, groupSize, bits));
        jlongArray out = env->NewLongArray(3);
        if (out == nullptr) throw JavaPending();
        jlong handles[3] = {call.box(packed.weight), call.box(packed.scales),
                            packed.biases ? call.box(packed.biases) : 0};
        env->SetLongArrayRegion(out, 0, 3, handles);
        return out;
    });
}

MLXM_JNI(jlong, dequantize)
(JNIEnv* env, jclass, jlong w, jlong scales, jlong biases, jint mode, jint groupSize, jint bits, jint dtype) {
    return run(env, "dequantize", [&](Call& call) {
        return call.box(
            backend::dequantize(call.packed(w, scales, biases, mode, groupSize, bits), dtypeOf(dtype)));
    });
}

MLXM_JNI(jlong, gatherDequantize)
(JNIEnv* env, jclass, jlong w, jlong scales, jlong biases, jintArray rows, jint mode, jint groupSize, jint bits,
 jint dtype) {
    return run(env, "gatherDequantize", [&](Call& call) {
        Packed packed = call.packed(w, scales, biases, mode, groupSize, bits);
        return call.box(backend::gatherDequantize(packed, call.ints(rows), dtypeOf(dtype)));
    });
}

MLXM_JNI(void, prepareWeights)
(JNIEnv* env, jclass, jlong w, jlong scales, jlong biases, jint mode, jint groupSize, jint bits) {
    run(env, "prepareWeights",
        [&](Call& call) { backend::prepareWeights(call.packed(w, scales, biases, mode, groupSize, bits)); });
}

MLXM_JNI(jlong, quantizedMatmul)
(JNIEnv* env, jclass, jlong x, jlong w, jlong scales, jlong biases, jboolean transpose, jint mode, jint groupSize,
 jint bits) {
    return run(env, "quantizedMatmul", [&](Call& call) {
        ArrayRef input = call.array(x);
        Packed packed = call.packed(w, scales, biases, mode, groupSize, bits);
        return call.box(backend::quantizedMatmul(input, packed, transpose == JNI_TRUE));
    });
}

MLXM_JNI(jlong, gatherQmm)
(JNIEnv* env, jclass, jlong x, jlong w, jlong scales, jlong biases, jlong lhsIndices, jlong rhsIndices,
 jboolean transpose, jint mode, jint groupSize, jint bits) {
    return run(env, "gatherQmm", [&](Call& call) {
        ArrayRef input = call.array(x);
        Packed packed = call.packed(w, scales, biases, mode, groupSize, bits);
        ArrayRef left = call.optionalArray(lhsIndices);
        return call.box(backend::gatherQmm(input, packed, left, call.array(rhsIndices), transpose == JNI_TRUE));
    });
}

}  // namespace mlxm
