// Weight files. MLX's arrays own their memory, so a part of the file is copied when it is asked for; the mapping only
// spares a second copy on the way.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "arrays.h"

namespace mlxm {

namespace {

class CopiedFile final : public WeightFile {
 public:
    explicit CopiedFile(const std::string& path) {
        int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) throw Error(path + ": " + std::strerror(errno));
        struct stat facts = {};
        bool regular = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
        if (regular && facts.st_size > 0) {
            size_ = facts.st_size;
            data_ = mmap(nullptr, static_cast<size_t>(size_), PROT_READ, MAP_PRIVATE, file, 0);
        }
        int error = errno;
        close(file);
        if (!regular) throw Error(path + ": not a regular file");
        if (data_ == MAP_FAILED) throw Error(path + ": " + std::strerror(error));
        // Arrays are read front to back, each once.
        if (size_ > 0) madvise(data_, static_cast<size_t>(size_), MADV_SEQUENTIAL);
    }

    CopiedFile(const CopiedFile&) = delete;
    CopiedFile& operator=(const CopiedFile&) = delete;

    ~CopiedFile() override {
        if (size_ > 0) munmap(data_, static_cast<size_t>(size_));
    }

    int64_t size() const override { return size_; }

    ArrayRef array(Dtype dtype, const Shape& shape, int64_t offset) override {
        int64_t bytes = checkedBytes(shape, dtype);
        if (offset < 0 || bytes > size_ || offset > size_ - bytes) {
            throw Error(std::to_string(bytes) + " bytes at " + std::to_string(offset) + " do not lie in a file of " +
                        std::to_string(size_));
        }
        return backend::fromHost(dtype, shape, static_cast<const char*>(data_) + offset);
    }

 private:
    int64_t size_ = 0;
    void* data_ = nullptr;
};

}  // namespace

std::shared_ptr<WeightFile> backend::mapWeightFile(const std::string& path) {
    return std::make_shared<CopiedFile>(path);
}

}  // namespace mlxm
