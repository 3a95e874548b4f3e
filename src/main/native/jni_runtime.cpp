// Runtime figures and switches.
#include "guard.h"

namespace mlxm {

namespace {

enum class Info : jint { kBackend, kVersion, kDevice, kIsa };
enum class Figure : jint { kActive, kPeak, kCache, kLimit };

std::string codes(const std::string& list) {
    if (list == "dtype") {
        std::string names;
        for (int i = 0; i < kDtypeCount; i++) names += std::string(i ? "," : "") + name(static_cast<Dtype>(i));
        return names;
    }
    if (list == "unary") {
        return "NEGATIVE,ABS,EXP,LOG,SQRT,RSQRT,SQUARE,SIN,COS,TANH,ERF,SIGMOID,SILU,GELU_ERF,GELU_TANH,GELU_FAST,FLOOR,"
               "LOGICAL_NOT";
    }
    if (list == "binary") {
        return "ADD,SUBTRACT,MULTIPLY,DIVIDE,MAXIMUM,MINIMUM,POWER,LESS,LESS_EQUAL,GREATER,GREATER_EQUAL,EQUAL,"
               "NOT_EQUAL,LOGICAL_AND,LOGICAL_OR,SWIGLU";
    }
    if (list == "reduce") return "SUM,MAX,MIN,MEAN,LOGSUMEXP,ARGMAX,ARGMIN";
    if (list == "quantization") return "AFFINE,MXFP4,MXFP8,NVFP4";
    throw Error("no such list of codes: " + list);
}

}  // namespace

MLXM_JNI(jstring, info)(JNIEnv* env, jclass, jint which) {
    return run(env, "info", [&](Call&) {
        switch (static_cast<Info>(which)) {
            case Info::kBackend:
                return env->NewStringUTF(backend::backendName().c_str());
            case Info::kVersion:
                return env->NewStringUTF(backend::version().c_str());
            case Info::kDevice:
                return env->NewStringUTF(backend::deviceName().c_str());
            case Info::kIsa:
                return env->NewStringUTF(backend::isaName().c_str());
        }
        throw Error("no such information: " + std::to_string(which));
    });
}

MLXM_JNI(jlong, memory)(JNIEnv* env, jclass, jint which) {
    return run(env, "memory", [&](Call&) -> jlong {
        MemoryFigures figures = backend::memory();
        switch (static_cast<Figure>(which)) {
            case Figure::kActive:
                return figures.active;
            case Figure::kPeak:
                return figures.peak;
            case Figure::kCache:
                return figures.cache;
            case Figure::kLimit:
                return figures.limit;
        }
        throw Error("no such figure: " + std::to_string(which));
    });
}

MLXM_JNI(void, setMemoryLimit)(JNIEnv* env, jclass, jlong bytes) {
    run(env, "memory limit", [&](Call&) {
        if (bytes < 0) throw Error("negative limit " + std::to_string(bytes));
        backend::setMemoryLimit(bytes);
    });
}

MLXM_JNI(void, resetPeak)(JNIEnv* env, jclass) {
    run(env, "reset peak", [&](Call&) { backend::resetPeak(); });
}

MLXM_JNI(void, clearCache)(JNIEnv* env, jclass) {
    run(env, "clear cache", [&](Call&) { backend::clearCache(); });
}

MLXM_JNI(void, setIsa)(JNIEnv* env, jclass, jstring isa) {
    run(env, "instruction set", [&](Call& call) { backend::setIsa(call.text(isa)); });
}

MLXM_JNI(jint, threads)(JNIEnv* env, jclass) {
    return run(env, "threads", [&](Call&) -> jint { return backend::threads(); });
}

MLXM_JNI(void, setThreads)(JNIEnv* env, jclass, jint count) {
    run(env, "threads", [&](Call&) {
        if (count < 0 || count > 1024) throw Error("impossible number of threads: " + std::to_string(count));
        backend::setThreads(count);
    });
}

MLXM_JNI(jboolean, exact)(JNIEnv* env, jclass) {
    return run(env, "exact", [&](Call&) -> jboolean { return backend::exact() ? JNI_TRUE : JNI_FALSE; });
}

MLXM_JNI(void, setExact)(JNIEnv* env, jclass, jboolean value) {
    run(env, "exact", [&](Call&) { backend::setExact(value == JNI_TRUE); });
}

MLXM_JNI(jstring, codes)(JNIEnv* env, jclass, jstring list) {
    return run(env, "codes", [&](Call& call) { return env->NewStringUTF(codes(call.text(list)).c_str()); });
}

}  // namespace mlxm
