// Weight files, mapped read-only.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "common.h"
#include "memory.h"

namespace mlxm {

namespace cpu {

namespace {

/// The mapping, kept alive by the file object and by every array that looks into it.
class Mapping final : public Keeper {
 public:
    explicit Mapping(const std::string& path) {
        int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) fail(path, "cannot be opened");
        struct stat facts;
        if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
            close(file);
            fail(path, "is no regular file");
        }
        size_ = facts.st_size;
        if (size_ > 0) {
            void* data = mmap(nullptr, static_cast<size_t>(size_), PROT_READ, MAP_PRIVATE, file, 0);
            if (data == MAP_FAILED) {
                int error = errno;
                close(file);
                errno = error;
                fail(path, "cannot be mapped");
            }
            data_ = data;
            madvise(data_, static_cast<size_t>(size_), MADV_WILLNEED);
            countMapped(size_);
        }
        close(file);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() override {
        if (data_ == nullptr) return;
        munmap(data_, static_cast<size_t>(size_));
        countMapped(released_.load() - size_);
    }

    /// Whole pages only. They stay readable: the system fetches them again when somebody looks.
    void release(const char* data, int64_t bytes) const noexcept override {
        int64_t page = sysconf(_SC_PAGESIZE);
        int64_t begin = (data - this->data() + page - 1) / page * page;
        int64_t end = (data - this->data() + bytes) / page * page;
        if (begin >= end) return;
        if (madvise(static_cast<char*>(data_) + begin, static_cast<size_t>(end - begin), MADV_DONTNEED) != 0) return;
        released_.fetch_add(end - begin);
        countMapped(begin - end);
    }

    const char* data() const { return static_cast<const char*>(data_); }
    int64_t size() const { return size_; }

 private:
    [[noreturn]] static void fail(const std::string& path, const char* what) {
        throw Error(path + " " + what + ": " + std::strerror(errno));
    }

    void* data_ = nullptr;
    int64_t size_ = 0;
    mutable std::atomic<int64_t> released_{0};
};

class MappedFile final : public WeightFile {
 public:
    explicit MappedFile(const std::string& path) : mapping_(std::make_shared<Mapping>(path)) {}

    int64_t size() const override { return mapping_->size(); }

    ArrayRef array(Dtype dtype, const Shape& shape, int64_t offset) override {
        int64_t bytes = checkedBytes(shape, dtype);
        if (offset < 0 || bytes > mapping_->size() || offset > mapping_->size() - bytes) {
            throw Error(std::to_string(bytes) + " bytes at " + std::to_string(offset) + " lie outside a file of " +
                        std::to_string(mapping_->size()));
        }
        const char* data = mapping_->data() + offset;
        if (bytes == 0 || reinterpret_cast<uintptr_t>(data) % static_cast<uintptr_t>(byteSize(dtype)) != 0) {
            return backend::fromHost(dtype, shape, data);
        }
        return borrow(dtype, shape, data, mapping_);
    }

 private:
    std::shared_ptr<Mapping> mapping_;
};

}  // namespace
}  // namespace cpu

namespace backend {

std::shared_ptr<WeightFile> mapWeightFile(const std::string& path) {
    return std::make_shared<cpu::MappedFile>(path);
}

}  // namespace backend
}  // namespace mlxm
