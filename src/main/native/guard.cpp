#include "guard.h"

namespace mlxm {

namespace {

jclass exceptionClass = nullptr;
jmethodID exceptionConstructor = nullptr;

}  // namespace

HandleTable<ArrayRef>& arrays() {
    static auto* table = new HandleTable<ArrayRef>("array");
    return *table;
}

HandleTable<std::shared_ptr<KvStore>>& stores() {
    static auto* table = new HandleTable<std::shared_ptr<KvStore>>("KvStore");
    return *table;
}

HandleTable<std::shared_ptr<WeightFile>>& files() {
    static auto* table = new HandleTable<std::shared_ptr<WeightFile>>("weight file");
    return *table;
}

void throwMlxException(JNIEnv* env, const std::string& message) noexcept {
    if (env->ExceptionCheck()) return;
    // By way of a byte-safe string: messages may hold file names in any encoding.
    jstring text = env->NewStringUTF(message.empty() ? "out of memory" : message.c_str());
    if (text == nullptr) return;
    jobject exception = env->NewObject(exceptionClass, exceptionConstructor, text);
    if (exception != nullptr) env->Throw(static_cast<jthrowable>(exception));
}

ArrayRef Call::array(jlong handle) {
    ArrayRef found = arrays().get(handle);
    if (seenCount_ < kMaxRemembered) seen_[seenCount_++] = found;
    return found;
}

std::vector<jlong> Call::longs(jlongArray values) {
    if (values == nullptr) throw Error("the list of handles is null");
    std::vector<jlong> raw(static_cast<size_t>(env_->GetArrayLength(values)));
    env_->GetLongArrayRegion(values, 0, static_cast<jsize>(raw.size()), raw.data());
    return raw;
}

std::vector<ArrayRef> Call::arrayList(jlongArray handles) {
    std::vector<ArrayRef> found;
    for (jlong handle : longs(handles)) found.push_back(array(handle));
    return found;
}

Shape Call::shape(jintArray values) {
    if (values == nullptr) throw Error("a shape or axis list is null");
    jsize count = env_->GetArrayLength(values);
    if (count > Shape::kMaxRank) {
        throw Error(std::to_string(count) + " axes; at most " + std::to_string(Shape::kMaxRank) + " are possible");
    }
    Shape shape;
    shape.rank = count;
    env_->GetIntArrayRegion(values, 0, count, shape.dims);
    return shape;
}

std::vector<int32_t> Call::ints(jintArray values) {
    if (values == nullptr) throw Error("a list of integers is null");
    std::vector<int32_t> out(static_cast<size_t>(env_->GetArrayLength(values)));
    env_->GetIntArrayRegion(values, 0, static_cast<jsize>(out.size()), out.data());
    return out;
}

std::string Call::text(jstring value) {
    if (value == nullptr) throw Error("a text is null");
    const char* chars = env_->GetStringUTFChars(value, nullptr);
    if (chars == nullptr) throw JavaPending();
    std::string out(chars);
    env_->ReleaseStringUTFChars(value, chars);
    return out;
}

Packed Call::packed(jlong weight, jlong scales, jlong biases, jint mode, jint groupSize, jint bits) {
    return Packed{array(weight), array(scales), optionalArray(biases), quantOf(mode, groupSize, bits)};
}

std::string Call::describe(const char* what) const {
    std::string message = name_;
    message += "(";
    for (int i = 0; i < seenCount_; i++) {
        if (i > 0) message += ", ";
        message += name(backend::dtypeOf(*seen_[i]));
        message += backend::shapeOf(*seen_[i]).str();
    }
    return message + "): " + what;
}

Quant quantOf(jint mode, jint groupSize, jint bits) {
    if (mode < 0 || mode >= kQuantModeCount) throw Error("unknown quantization mode " + std::to_string(mode));
    Quant quant{static_cast<QuantMode>(mode), groupSize, bits};
    bool fits = false;
    switch (quant.mode) {
        case QuantMode::kAffine:
            fits = (groupSize == 32 || groupSize == 64 || groupSize == 128) && bits >= 2 && bits <= 8 && bits != 7;
            break;
        case QuantMode::kMxfp4:
            fits = groupSize == 32 && bits == 4;
            break;
        case QuantMode::kMxfp8:
            fits = groupSize == 32 && bits == 8;
            break;
        case QuantMode::kNvfp4:
            fits = groupSize == 16 && bits == 4;
            break;
    }
    if (!fits) {
        throw Error("no quantization with group size " + std::to_string(groupSize) + " and " + std::to_string(bits) +
                    " bits");
    }
    return quant;
}

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    jclass found = env->FindClass("io/mlxmanager/mlx/MlxException");
    if (found == nullptr) return JNI_ERR;
    exceptionClass = static_cast<jclass>(env->NewGlobalRef(found));
    exceptionConstructor = env->GetMethodID(found, "<init>", "(Ljava/lang/String;)V");
    return exceptionConstructor == nullptr ? JNI_ERR : JNI_VERSION_1_8;
}

/// Lets the class loader of a stopped application be collected.
extern "C" JNIEXPORT void JNICALL JNI_OnUnload(JavaVM* vm, void*) {
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) != JNI_OK) return;
    env->DeleteGlobalRef(exceptionClass);
    exceptionClass = nullptr;
    backend::setThreads(1);
}

}  // namespace mlxm
