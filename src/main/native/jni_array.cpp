// Arrays in and out of Java, their handles, and operations that change only their shape.
#include <limits>

#include "guard.h"

namespace mlxm {

namespace {

/// Refuses a Java array whose length is not what the shape says.
void requireCount(int64_t expected, jsize found, const Shape& shape) {
    if (expected != found) {
        throw Error("shape " + shape.str() + " needs " + std::to_string(expected) + " values, " + std::to_string(found) +
                    " were given");
    }
}

template <typename JavaArray>
jsize lengthOf(JNIEnv* env, JavaArray values) {
    if (values == nullptr) throw Error("the values are null");
    return env->GetArrayLength(values);
}

jsize javaLength(int64_t count) {
    if (count > std::numeric_limits<jsize>::max() - 8) {
        throw Error(std::to_string(count) + " elements do not fit a Java array");
    }
    return static_cast<jsize>(count);
}

template <typename T>
T nonNull(T value) {
    if (value == nullptr) throw JavaPending();
    return value;
}

}  // namespace

MLXM_JNI(jlong, fromFloats)(JNIEnv* env, jclass, jfloatArray values, jintArray shape) {
    return run(env, "fromFloats", [&](Call& call) {
        Shape dims = call.shape(shape);
        jsize count = lengthOf(env, values);
        requireCount(dims.size(), count, dims);
        std::vector<float> copy(static_cast<size_t>(count));
        env->GetFloatArrayRegion(values, 0, count, copy.data());
        return call.box(backend::fromHost(Dtype::kF32, dims, copy.data()));
    });
}

MLXM_JNI(jlong, fromInts)(JNIEnv* env, jclass, jintArray values, jintArray shape) {
    return run(env, "fromInts", [&](Call& call) {
        Shape dims = call.shape(shape);
        std::vector<int32_t> copy = call.ints(values);
        requireCount(dims.size(), static_cast<jsize>(copy.size()), dims);
        return call.box(backend::fromHost(Dtype::kI32, dims, copy.data()));
    });
}

MLXM_JNI(jlong, fromBytes)(JNIEnv* env, jclass, jint dtype, jbyteArray bytes, jintArray shape) {
    return run(env, "fromBytes", [&](Call& call) {
        Dtype type = dtypeOf(dtype);
        Shape dims = call.shape(shape);
        jsize count = lengthOf(env, bytes);
        requireCount(checkedBytes(dims, type), count, dims);
        std::vector<int8_t> copy(static_cast<size_t>(count));
        env->GetByteArrayRegion(bytes, 0, count, copy.data());
        return call.box(backend::fromHost(type, dims, copy.data()));
    });
}

MLXM_JNI(jlong, full)(JNIEnv* env, jclass, jint dtype, jdouble value, jintArray shape) {
    return run(env, "full", [&](Call& call) {
        return call.box(backend::full(dtypeOf(dtype), call.shape(shape), value));
    });
}

MLXM_JNI(jintArray, describe)(JNIEnv* env, jclass, jlong x) {
    return run(env, "describe", [&](Call& call) {
        ArrayRef array = call.array(x);
        Shape shape = backend::shapeOf(*array);
        jint facts[1 + Shape::kMaxRank] = {static_cast<jint>(backend::dtypeOf(*array))};
        for (int i = 0; i < shape.rank; i++) facts[i + 1] = shape[i];
        jintArray out = nonNull(env->NewIntArray(shape.rank + 1));
        env->SetIntArrayRegion(out, 0, shape.rank + 1, facts);
        return out;
    });
}

MLXM_JNI(jfloatArray, toFloats)(JNIEnv* env, jclass, jlong x) {
    return run(env, "toFloats", [&](Call& call) {
        ArrayRef array = call.array(x);
        jsize count = javaLength(backend::shapeOf(*array).size());
        HostView view = backend::hostView(array, Dtype::kF32);
        jfloatArray out = nonNull(env->NewFloatArray(count));
        env->SetFloatArrayRegion(out, 0, count, static_cast<const jfloat*>(view.data));
        return out;
    });
}

MLXM_JNI(jintArray, toInts)(JNIEnv* env, jclass, jlong x) {
    return run(env, "toInts", [&](Call& call) {
        ArrayRef array = call.array(x);
        jsize count = javaLength(backend::shapeOf(*array).size());
        HostView view = backend::hostView(array, Dtype::kI32);
        jintArray out = nonNull(env->NewIntArray(count));
        env->SetIntArrayRegion(out, 0, count, static_cast<const jint*>(view.data));
        return out;
    });
}

MLXM_JNI(jbyteArray, toBytes)(JNIEnv* env, jclass, jlong x) {
    return run(env, "toBytes", [&](Call& call) {
        ArrayRef array = call.array(x);
        Dtype dtype = backend::dtypeOf(*array);
        jsize count = javaLength(checkedBytes(backend::shapeOf(*array), dtype));
        HostView view = backend::hostView(array, dtype);
        jbyteArray out = nonNull(env->NewByteArray(count));
        env->SetByteArrayRegion(out, 0, count, static_cast<const jbyte*>(view.data));
        return out;
    });
}

MLXM_JNI(void, free)(JNIEnv* env, jclass, jlong x) {
    run(env, "free", [&](Call&) { arrays().remove(x); });
}

MLXM_JNI(void, freeAll)(JNIEnv* env, jclass, jlongArray handles, jint count) {
    run(env, "freeAll", [&](Call&) {
        if (count < 0 || count > lengthOf(env, handles)) throw Error("impossible count " + std::to_string(count));
        constexpr jint kChunk = 256;
        jlong chunk[kChunk];
        for (jint from = 0; from < count; from += kChunk) {
            jint length = count - from < kChunk ? count - from : kChunk;
            env->GetLongArrayRegion(handles, from, length, chunk);
            for (jint i = 0; i < length; i++) arrays().remove(chunk[i]);
        }
    });
}

MLXM_JNI(void, eval)(JNIEnv* env, jclass, jlongArray handles, jboolean wait) {
    run(env, "eval", [&](Call& call) { backend::eval(call.arrayList(handles), wait == JNI_TRUE); });
}

MLXM_JNI(jlong, reshape)(JNIEnv* env, jclass, jlong x, jintArray shape) {
    return run(env, "reshape", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::reshape(array, call.shape(shape)));
    });
}

MLXM_JNI(jlong, transpose)(JNIEnv* env, jclass, jlong x, jintArray axes) {
    return run(env, "transpose", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::transpose(array, call.shape(axes)));
    });
}

MLXM_JNI(jlong, slice)(JNIEnv* env, jclass, jlong x, jintArray start, jintArray stop) {
    return run(env, "slice", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::slice(array, call.shape(start), call.shape(stop)));
    });
}

MLXM_JNI(jlong, concatenate)(JNIEnv* env, jclass, jlongArray handles, jint axis) {
    return run(env, "concatenate", [&](Call& call) {
        return call.box(backend::concatenate(call.arrayList(handles), axis));
    });
}

MLXM_JNI(jlong, expandDims)(JNIEnv* env, jclass, jlong x, jint axis) {
    return run(env, "expandDims", [&](Call& call) { return call.box(backend::expandDims(call.array(x), axis)); });
}

MLXM_JNI(jlong, squeeze)(JNIEnv* env, jclass, jlong x, jint axis) {
    return run(env, "squeeze", [&](Call& call) { return call.box(backend::squeeze(call.array(x), axis)); });
}

MLXM_JNI(jlong, broadcastTo)(JNIEnv* env, jclass, jlong x, jintArray shape) {
    return run(env, "broadcastTo", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::broadcastTo(array, call.shape(shape)));
    });
}

MLXM_JNI(jlong, takeRows)(JNIEnv* env, jclass, jlong table, jintArray ids) {
    return run(env, "takeRows", [&](Call& call) {
        ArrayRef array = call.array(table);
        return call.box(backend::takeRows(array, call.ints(ids)));
    });
}

MLXM_JNI(jlong, take)(JNIEnv* env, jclass, jlong x, jlong indices, jint axis) {
    return run(env, "take", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::take(array, call.array(indices), axis));
    });
}

MLXM_JNI(jlong, takeAlongAxis)(JNIEnv* env, jclass, jlong x, jlong indices, jint axis) {
    return run(env, "takeAlongAxis", [&](Call& call) {
        ArrayRef array = call.array(x);
        return call.box(backend::takeAlongAxis(array, call.array(indices), axis));
    });
}

MLXM_JNI(jlong, astype)(JNIEnv* env, jclass, jlong x, jint dtype) {
    return run(env, "astype", [&](Call& call) { return call.box(backend::astype(call.array(x), dtypeOf(dtype))); });
}

}  // namespace mlxm
