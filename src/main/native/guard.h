// The shape of every JNI function: run(env, "name", [&](Call& call) { unpack; call the back end; box; }). Whatever is
// thrown inside becomes one MlxException that names the operation and the arrays it was given.
#pragma once

#include <jni.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "backend.h"
#include "handles.h"

#define MLXM_JNI(type, method) extern "C" JNIEXPORT type JNICALL Java_io_mlxmanager_mlx_MlxNative_##method

namespace mlxm {

/// The tables behind the handles; one per kind, for the life of the library.
HandleTable<ArrayRef>& arrays();
HandleTable<std::shared_ptr<KvStore>>& stores();
HandleTable<std::shared_ptr<WeightFile>>& files();

/// Raises MlxException in Java; leaves an exception that is already pending alone.
void throwMlxException(JNIEnv* env, const std::string& message) noexcept;

/// A Java exception is pending already (a JNI call failed); unwinds to the guard.
struct JavaPending {};

/// One call from Java: turns its arguments into C++ values and remembers the arrays for the message.
class Call {
 public:
    Call(JNIEnv* env, const char* name) : env_(env), name_(name) {}

    JNIEnv* env() const { return env_; }

    ArrayRef array(jlong handle);
    /// None for 0.
    ArrayRef optionalArray(jlong handle) { return handle == 0 ? ArrayRef() : array(handle); }
    std::vector<jlong> longs(jlongArray values);
    std::vector<ArrayRef> arrayList(jlongArray handles);
    Shape shape(jintArray values);
    std::vector<int32_t> ints(jintArray values);
    std::string text(jstring value);
    Packed packed(jlong weight, jlong scales, jlong biases, jint mode, jint groupSize, jint bits);

    jlong box(ArrayRef result) { return arrays().add(std::move(result)); }

    /// "name(F32[2,3], F32[4,5]): what"
    std::string describe(const char* what) const;

 private:
    static constexpr int kMaxRemembered = 8;

    JNIEnv* env_;
    const char* name_;
    ArrayRef seen_[kMaxRemembered];
    int seenCount_ = 0;
};

Quant quantOf(jint mode, jint groupSize, jint bits);

template <typename Body>
auto run(JNIEnv* env, const char* name, Body&& body) noexcept -> decltype(body(std::declval<Call&>())) {
    using Result = decltype(body(std::declval<Call&>()));
    try {
        Call call(env, name);
        try {
            return body(call);
        } catch (const JavaPending&) {
        } catch (const std::bad_alloc&) {
            throwMlxException(env, call.describe("out of memory"));
        } catch (const std::exception& e) {
            throwMlxException(env, call.describe(e.what()));
        } catch (...) {
            throwMlxException(env, call.describe("unknown native error"));
        }
    } catch (...) {
        throwMlxException(env, std::string());
    }
    if constexpr (!std::is_void_v<Result>) return Result{};
}

}  // namespace mlxm
