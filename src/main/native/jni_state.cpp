// Stores of keys and values, and mapped weight files.
#include "guard.h"

namespace mlxm {

MLXM_JNI(jlong, kvCreate)
(JNIEnv* env, jclass, jint kvHeads, jint keyDim, jint valueDim, jboolean latent, jint dtype, jint bits) {
    return run(env, "KvStore.create", [&](Call&) {
        return stores().add(
            backend::createKvStore(KvShape{kvHeads, keyDim, valueDim, latent == JNI_TRUE}, dtypeOf(dtype), bits));
    });
}

MLXM_JNI(jint, kvLength)(JNIEnv* env, jclass, jlong store) {
    return run(env, "KvStore.length", [&](Call&) -> jint { return stores().get(store)->length(); });
}

MLXM_JNI(void, kvAppend)(JNIEnv* env, jclass, jlong store, jlong k, jlong v) {
    run(env, "KvStore.append", [&](Call& call) {
        ArrayRef keys = call.array(k);
        stores().get(store)->append(keys, call.optionalArray(v));
    });
}

MLXM_JNI(jlong, kvAttend)
(JNIEnv* env, jclass, jlong store, jlong q, jfloat scale, jint window, jfloat cap, jlong sinks) {
    return run(env, "KvStore.attend", [&](Call& call) {
        ArrayRef queries = call.array(q);
        return call.box(stores().get(store)->attend(queries, {scale, window, cap, call.optionalArray(sinks)}));
    });
}

MLXM_JNI(jlong, kvStep)
(JNIEnv* env, jclass, jlongArray handles, jlong q, jlong k, jlong v, jfloat scale, jint window, jfloat cap, jlong sinks) {
    return run(env, "KvStore.step", [&](Call& call) {
        std::vector<std::shared_ptr<KvStore>> all;
        for (jlong handle : call.longs(handles)) all.push_back(stores().get(handle));
        ArrayRef queries = call.array(q);
        ArrayRef keys = call.optionalArray(k);
        ArrayRef values = call.optionalArray(v);
        return call.box(
            backend::stepStores(all, queries, keys, values, {scale, window, cap, call.optionalArray(sinks)}));
    });
}

MLXM_JNI(jint, kvBlockPositions)(JNIEnv* env, jclass) {
    return run(env, "KvStore.blockPositions", [&](Call&) -> jint { return backend::kvBlockPositions(); });
}

MLXM_JNI(jlong, kvShare)(JNIEnv* env, jclass, jlong store, jint from, jint to) {
    return run(env, "KvStore.share", [&](Call&) { return stores().add(stores().get(store)->share(from, to)); });
}

MLXM_JNI(void, kvAdopt)(JNIEnv* env, jclass, jlong store, jlong other) {
    run(env, "KvStore.adopt", [&](Call&) { stores().get(store)->adopt(*stores().get(other)); });
}

MLXM_JNI(jlong, kvRead)(JNIEnv* env, jclass, jlong store, jint from, jint to, jboolean values) {
    return run(env, "KvStore.read", [&](Call& call) -> jlong {
        ArrayRef part = stores().get(store)->read(from, to, values == JNI_TRUE);
        return part ? call.box(part) : 0;
    });
}

MLXM_JNI(void, kvTrim)(JNIEnv* env, jclass, jlong store, jint length) {
    run(env, "KvStore.trim", [&](Call&) { stores().get(store)->trim(length); });
}

MLXM_JNI(jlong, kvBytes)(JNIEnv* env, jclass, jlong store) {
    return run(env, "KvStore.bytes", [&](Call&) -> jlong { return stores().get(store)->bytes(); });
}

MLXM_JNI(void, kvFree)(JNIEnv* env, jclass, jlong store) {
    run(env, "KvStore.close", [&](Call&) { stores().remove(store); });
}

MLXM_JNI(jlong, fileMap)(JNIEnv* env, jclass, jbyteArray path) {
    return run(env, "WeightFile.map", [&](Call&) {
        if (path == nullptr) throw Error("the path is null");
        std::string name(static_cast<size_t>(env->GetArrayLength(path)), '\0');
        env->GetByteArrayRegion(path, 0, static_cast<jsize>(name.size()), reinterpret_cast<jbyte*>(&name[0]));
        return files().add(backend::mapWeightFile(name));
    });
}

MLXM_JNI(jlong, fileSize)(JNIEnv* env, jclass, jlong file) {
    return run(env, "WeightFile.size", [&](Call&) -> jlong { return files().get(file)->size(); });
}

MLXM_JNI(jlong, fileArray)(JNIEnv* env, jclass, jlong file, jint dtype, jintArray shape, jlong offset) {
    return run(env, "WeightFile.array", [&](Call& call) {
        return call.box(files().get(file)->array(dtypeOf(dtype), call.shape(shape), offset));
    });
}

MLXM_JNI(void, fileFree)(JNIEnv* env, jclass, jlong file) {
    run(env, "WeightFile.close", [&](Call&) { files().remove(file); });
}

}  // namespace mlxm
