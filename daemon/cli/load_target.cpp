// SPDX-License-Identifier: GPL-2.0-only
#include "cli/load_target.hpp"

#include <filesystem>
#include <string_view>

#include "cli/absolute_path.hpp"

namespace mk::cli {

namespace {

// An alias may have a slash, as devname:net/tun has.
bool is_file(const std::string &target) {
    for (const std::string_view beginning : {"/", "./", "../"})
        if (target.starts_with(beginning))
            return true;
    for (const std::string_view ending : {".ko", ".ko.gz", ".ko.xz", ".ko.zst"})
        if (target.ends_with(ending))
            return true;
    std::error_code failed;
    return target.find('/') != std::string::npos && std::filesystem::exists(target, failed);
}

} // namespace

std::string absolute_target(const std::string &target) {
    if (!is_file(target))
        return target;
    const auto path = absolute_path(target);
    return path.empty() ? target : path;
}

} // namespace mk::cli
