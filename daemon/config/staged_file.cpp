// SPDX-License-Identifier: GPL-2.0-only
#include "config/staged_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/descriptor.hpp"
#include "base/write_all.hpp"
#include "config/atomic_file.hpp"

namespace mk {

namespace {

void flush_folder_of(const std::string &path) {
    const Descriptor folder(
        open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder)
        fsync(folder.get());
}

// 0 or errno.
int write_new(const std::string &path, std::string_view text) {
    // what a killed process left behind
    if (unlink(path.c_str()) < 0 && errno != ENOENT)
        return errno;
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
    if (!file)
        return errno;
    if (const int error = write_all(file.get(), text); error != 0)
        return error;
    return fsync(file.get()) < 0 ? errno : 0;
}

} // namespace

StagedFile::StagedFile(std::string path) : path_(std::move(path)) {}
StagedFile::StagedFile(StagedFile &&other) noexcept : path_(std::exchange(other.path_, {})) {}

StagedFile::~StagedFile() {
    if (!path_.empty())
        unlink(staged_path().c_str());
}

std::string StagedFile::staged_path() const {
    return path_ + ".new";
}

Result<StagedFile> StagedFile::write(const std::string &path, std::string_view text) {
    StagedFile staged(path);
    if (const int error = write_new(staged.staged_path(), text); error != 0)
        return write_failure(path, error);
    return staged;
}

Result<void> StagedFile::keep() {
    const auto path = std::exchange(path_, {});
    if (std::rename((path + ".new").c_str(), path.c_str()) < 0) {
        const int error = errno;
        unlink((path + ".new").c_str());
        return write_failure(path, error);
    }
    flush_folder_of(path);
    return {};
}

Result<void> remove_for_good(const std::string &path) {
    if (unlink(path.c_str()) == 0)
        flush_folder_of(path);
    else if (errno != ENOENT)
        return write_failure(path, errno);
    return {};
}

} // namespace mk
