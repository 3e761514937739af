// SPDX-License-Identifier: GPL-2.0-only
#include "base/folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include <system_error>

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

// Calls @visit with each entry.
template <typename Visit> std::error_code visit_entries(const std::string &folder, Visit visit) {
    std::error_code failed;
    fs::directory_iterator entry(folder, failed);
    for (const fs::directory_iterator end; !failed && entry != end; entry.increment(failed))
        visit(*entry);
    return failed;
}

} // namespace

Result<std::vector<std::string>> entries(const std::string &folder) {
    std::vector<std::string> names;
    const auto failed = visit_entries(
        folder, [&](const auto &entry) { names.push_back(entry.path().filename().string()); });
    if (failed)
        return unreadable(folder, failed);
    std::sort(names.begin(), names.end());
    return names;
}

FolderContents readable_contents(const std::string &folder) {
    FolderContents contents;
    const auto failed = visit_entries(folder, [&](const fs::directory_entry &entry) {
        std::error_code gone;
        const bool is_folder = !entry.is_symlink(gone) && entry.is_directory(gone);
        (is_folder ? contents.folders : contents.others)
            .push_back(entry.path().filename().string());
    });
    if (failed)
        return {};
    std::sort(contents.folders.begin(), contents.folders.end());
    std::sort(contents.others.begin(), contents.others.end());
    return contents;
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
