// Element-wise operations, reductions, products, fused pieces and random numbers.
#include "guard.h"

namespace mlxm {

namespace {

template <typename Enum>
Enum checkedCode(jint code, int count) {
    if (code < 0 || code >= count) throw Error("unknown operation code " + std::to_string(code));
    return static_cast<Enum>(code);
}

}  // namespace

MLXM_JNI(jlong, unary)(JNIEnv* env, jclass, jint op, jlong x) {
    return run(env, "unary operation", [&](Call& call) {
        return call.box(backend::unary(checkedCode<Unary>(op, kUnaryCount), call.array(x)));
    });
}

MLXM_JNI(jlong, binary)(JNIEnv* env, jclass, jint op, jlong a, jlong b) {
    return run(env, "binary operation", [&](Call& call) {
        ArrayRef left = call.array(a);
        return call.box(backend::binary(checkedCode<Binary>(op, kBinaryCount), left, call.array(b)));
    });
}

MLXM_JNI(jlong, binaryScalar)(JNIEnv* env, jclass, jint op, jlong a, jdouble b) {
    return run(env, "binary operation", [&](Call& call) {
        return call.box(backend::binaryScalar(checkedCode<Binary>(op, kBinaryCount), call.array(a), b));
    });
}

MLXM_JNI(jlong, where)(JNIEnv* env, jclass, jlong condition, jlong a, jlong b) {
    return run(env, "where", [&](Call& call) {
        ArrayRef chooser = call.array(condition);
        ArrayRef left = call.array(a);
        return call.box(backend::where(chooser, left, call.array(b)));
    });
}

MLXM_JNI(jlong, reduce)(JNIEnv* env, jclass, jint op, jlong x, jint axis, jboolean keepDims) {
    return run(env, "reduction", [&](Call& call) {
        return call.box(
            backend::reduce(checkedCode<Reduce>(op, kReduceCount), call.array(x), axis, keepDims == JNI_TRUE));
    });
}

MLXM_JNI(jlong, softmax)(JNIEnv* env, jclass, jlong x, jint axis) {
    return run(env, "softmax", [&](Call& call) { return call.box(backend::softmax(call.array(x), axis)); });
}

MLXM_JNI(jlong, cumsum)(JNIEnv* env, jclass, jlong x, jint axis) {
    return run(env, "cumsum", [&](Call& call) { return call.box(backend::cumsum(call.array(x), axis)); });
}

MLXM_JNI(jlong, argsort)(JNIEnv* env, jclass, jlong x, jint axis) {
    return run(env, "argsort", [&](Call& call) { return call.box(backend::argsort(call.array(x), axis)); });
}

MLXM_JNI(jlong, topk)(JNIEnv* env, jclass, jlong x, jint k, jint axis) {
    return run(env, "topk", [&](Call& call) { return call.box(backend::topk(call.array(x), k, axis)); });
}

MLXM_JNI(jlong, matmul)(JNIEnv* env, jclass, jlong a, jlong b) {
    return run(env, "matmul", [&](Call& call) {
        ArrayRef left = call.array(a);
        return call.box(backend::matmul(left, call.array(b)));
    });
}

MLXM_JNI(jlong, linear)(JNIEnv* env, jclass, jlong x, jlong weight, jlong bias) {
    return run(env, "linear", [&](Call& call) {
        ArrayRef input = call.array(x);
        ArrayRef matrix = call.array(weight);
        return call.box(backend::linear(input, matrix, call.optionalArray(bias)));
    });
}

MLXM_JNI(jlong, gatherLinear)(JNIEnv* env, jclass, jlong x, jlong weights, jlong indices) {
    return run(env, "gatherLinear", [&](Call& call) {
        ArrayRef input = call.array(x);
        ArrayRef matrices = call.array(weights);
        return call.box(backend::gatherLinear(input, matrices, call.array(indices)));
    });
}

MLXM_JNI(jlong, rmsNorm)(JNIEnv* env, jclass, jlong x, jlong weight, jfloat eps) {
    return run(env, "rmsNorm", [&](Call& call) {
        ArrayRef input = call.array(x);
        return call.box(backend::rmsNorm(input, call.optionalArray(weight), eps));
    });
}

MLXM_JNI(jlong, layerNorm)(JNIEnv* env, jclass, jlong x, jlong weight, jlong bias, jfloat eps) {
    return run(env, "layerNorm", [&](Call& call) {
        ArrayRef input = call.array(x);
        ArrayRef gain = call.optionalArray(weight);
        return call.box(backend::layerNorm(input, gain, call.optionalArray(bias), eps));
    });
}

MLXM_JNI(jlong, rope)
(JNIEnv* env, jclass, jlong x, jint dims, jboolean traditional, jfloat base, jfloat scale, jint offset,
 jintArray offsets, jlong freqs) {
    return run(env, "rope", [&](Call& call) {
        ArrayRef input = call.array(x);
        backend::Rope rope{dims, traditional == JNI_TRUE, base, scale, offset, {}, {}};
        rope.offsets = call.ints(offsets);
        rope.freqs = call.optionalArray(freqs);
        return call.box(backend::rope(input, rope));
    });
}

MLXM_JNI(jlong, scaledDotProductAttention)
(JNIEnv* env, jclass, jlong q, jlong k, jlong v, jfloat scale, jboolean causal, jlong mask, jlong sinks) {
    return run(env, "scaledDotProductAttention", [&](Call& call) {
        ArrayRef queries = call.array(q);
        ArrayRef keys = call.array(k);
        ArrayRef values = call.array(v);
        ArrayRef visible = call.optionalArray(mask);
        return call.box(backend::scaledDotProductAttention(queries, keys, values, scale, causal == JNI_TRUE, visible,
                                                           call.optionalArray(sinks)));
    });
}

MLXM_JNI(jlongArray, gatedDelta)
(JNIEnv* env, jclass, jlong q, jlong k, jlong v, jlong decay, jlong beta, jlong state) {
    return run(env, "gatedDelta", [&](Call& call) {
        backend::DeltaInputs inputs{call.array(q), call.array(k), call.array(v), call.array(decay), call.array(beta)};
        backend::Recurrence made = backend::gatedDelta(inputs, call.array(state));
        jlongArray out = env->NewLongArray(2);
        if (out == nullptr) throw JavaPending();
        jlong handles[2] = {call.box(made.out), call.box(made.state)};
        env->SetLongArrayRegion(out, 0, 2, handles);
        return out;
    });
}

MLXM_JNI(jlong, randomKey)(JNIEnv* env, jclass, jlong seed) {
    return run(env, "random key",
               [&](Call& call) { return call.box(backend::randomKey(static_cast<uint64_t>(seed))); });
}

MLXM_JNI(jlong, randomSplit)(JNIEnv* env, jclass, jlong key, jint count) {
    return run(env, "random split", [&](Call& call) { return call.box(backend::randomSplit(call.array(key), count)); });
}

MLXM_JNI(jlong, randomBits)(JNIEnv* env, jclass, jlong key, jintArray shape) {
    return run(env, "random bits", [&](Call& call) {
        ArrayRef source = call.array(key);
        return call.box(backend::randomBits(source, call.shape(shape)));
    });
}

MLXM_JNI(jlong, randomUniform)(JNIEnv* env, jclass, jlong key, jfloat low, jfloat high, jintArray shape) {
    return run(env, "random uniform", [&](Call& call) {
        ArrayRef source = call.array(key);
        return call.box(backend::randomUniform(source, low, high, call.shape(shape)));
    });
}

MLXM_JNI(jlong, randomNormal)(JNIEnv* env, jclass, jlong key, jintArray shape) {
    return run(env, "random normal", [&](Call& call) {
        ArrayRef source = call.array(key);
        return call.box(backend::randomNormal(source, call.shape(shape)));
    });
}

MLXM_JNI(jlong, randomGumbel)(JNIEnv* env, jclass, jlong key, jintArray shape) {
    return run(env, "random gumbel", [&](Call& call) {
        ArrayRef source = call.array(key);
        return call.box(backend::randomGumbel(source, call.shape(shape)));
    });
}

MLXM_JNI(jlong, randomCategorical)(JNIEnv* env, jclass, jlong key, jlong logits, jint axis) {
    return run(env, "random categorical", [&](Call& call) {
        ArrayRef source = call.array(key);
        return call.box(backend::randomCategorical(source, call.array(logits), axis));
    });
}

}  // namespace mlxm
