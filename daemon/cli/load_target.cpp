// SPDX-License-Identifier: GPL-2.0-only
#include "cli/load_target.hpp"

#include <filesystem>
#include <string_view>

namespace mk::cli {

std::string absolute_target(const std::string &target) {
    bool is_file = target.find('/') != std::string::npos;
    for (const std::string_view ending : {".ko", ".ko.gz", ".ko.xz", ".ko.zst"})
        is_file = is_file || target.ends_with(ending);
    if (!is_file)
        return target;
    std::error_code failed;
    const auto path = std::filesystem::absolute(target, failed);
    return failed ? target : path.lexically_normal().string();
}

} // namespace mk::cli
