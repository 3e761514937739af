// SPDX-License-Identifier: GPL-2.0-only
#include "cli/absolute_path.hpp"

#include <filesystem>

namespace mk::cli {

std::string absolute_path(const std::string &path) {
    std::error_code failed;
    const auto whole = std::filesystem::absolute(path, failed);
    if (failed)
        return {};
    std::filesystem::path result;
    for (const auto &piece : whole)
        if (piece != ".")
            result /= piece;
    return result.string();
}

} // namespace mk::cli
