// SPDX-License-Identifier: GPL-2.0-only
#include "base/folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>

#include "base/module_name.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

Error unreadable(const std::string &folder, const std::error_code &why) {
    const auto code = why == std::errc::no_such_file_or_directory ? ErrorCode::NotFound
                      : why == std::errc::permission_denied       ? ErrorCode::NotAuthorized
                                                                  : ErrorCode::Failed;
    return {code, "the directory " + quote(folder) + " cannot be read: " + why.message()};
}

} // namespace

Result<std::vector<std::string>> entries(const std::string &folder) {
    std::vector<std::string> names;
    std::error_code failed;
    fs::directory_iterator entry(folder, failed);
    for (const fs::directory_iterator end; !failed && entry != end; entry.increment(failed))
        names.push_back(entry->path().filename().string());
    if (failed)
        return unreadable(folder, failed);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> readable_entries(const std::string &folder) {
    auto names = entries(folder);
    return names ? std::move(names.value()) : std::vector<std::string>();
}

std::optional<std::string> link_target(const std::string &path) {
    // Not std::filesystem, which asks for the size first: in /proc this is called for every file.
    std::array<char, PATH_MAX> target;
    const auto length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0)
        return std::nullopt;
    return std::string(target.data(), static_cast<std::size_t>(length));
}

std::string link_name(const std::string &path) {
    return fs::path(link_target(path).value_or("")).filename().string();
}

} // namespace mk
