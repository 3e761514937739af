// SPDX-License-Identifier: GPL-2.0-only
// Identity of a file: what changes when a file is written or replaced.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace mk {

struct FileIdentity {
    explicit FileIdentity(const struct stat &file)
        : device(file.st_dev), inode(file.st_ino), size(file.st_size), seconds(file.st_mtim.tv_sec),
          nanoseconds(file.st_mtim.tv_nsec), changed_seconds(file.st_ctim.tv_sec),
          changed_nanoseconds(file.st_ctim.tv_nsec) {}
    FileIdentity() = default;
    bool operator==(const FileIdentity &) const = default;

    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    time_t seconds = 0;
    long nanoseconds = 0;
    // Of the inode, which its owner cannot set back.
    time_t changed_seconds = 0;
    long changed_nanoseconds = 0;
};

// Nothing if there is no such file, or it may not be examined.
inline std::optional<FileIdentity> identity_of(const std::string &path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return FileIdentity(status);
}

} // namespace mk
