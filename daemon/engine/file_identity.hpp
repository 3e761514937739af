// SPDX-License-Identifier: GPL-2.0-only
// Is a file still the one that it was? Compares what changes when a file is written or replaced.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace mk::engine {

struct FileIdentity {
    explicit FileIdentity(const struct stat &file)
        : device(file.st_dev), inode(file.st_ino), size(file.st_size), seconds(file.st_mtim.tv_sec),
          nanoseconds(file.st_mtim.tv_nsec) {}
    bool operator==(const FileIdentity &) const = default;

    dev_t device;
    ino_t inode;
    off_t size;
    time_t seconds;
    long nanoseconds;
};

// Nothing when there is no such file, or none that may be looked at.
inline std::optional<FileIdentity> identity_of(const std::string &path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return FileIdentity(status);
}

} // namespace mk::engine
