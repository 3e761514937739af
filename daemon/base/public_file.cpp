// SPDX-License-Identifier: GPL-2.0-only
#include "base/public_file.hpp"

#include <sys/stat.h>

#include <filesystem>

namespace mk {

namespace fs = std::filesystem;

bool everybody_reads(const std::string &path) {
    std::error_code failed;
    auto at = fs::canonical(path, failed);
    struct stat status {};
    if (failed || stat(at.c_str(), &status) < 0 || (status.st_mode & S_IROTH) == 0)
        return false;
    while (at.has_relative_path()) {
        at = at.parent_path();
        if (stat(at.c_str(), &status) < 0 || (status.st_mode & S_IXOTH) == 0)
            return false;
    }
    return true;
}

} // namespace mk
