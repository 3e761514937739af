// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/module_files.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace mk {

namespace fs = std::filesystem;

namespace {

// Packed ones too.
bool is_module_file(std::string_view name) {
    const auto dot = name.find(".ko");
    return dot != std::string_view::npos && (name.size() == dot + 3 || name[dot + 3] == '.');
}

bool is_below_kernel(const fs::directory_entry &entry) {
    return entry.path().parent_path().filename() == "kernel";
}

std::vector<std::string> found(const std::string &folder, bool with_folders_below_kernel) {
    constexpr std::size_t files_max = 100'000;
    std::vector<std::string> files;
    std::error_code failed;
    // directories tell of what kind their entries are: there is no look at each of thousands
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                           failed);
    for (; !failed && entry != fs::end(entry) && files.size() < files_max; entry.increment(failed))
        if (is_module_file(entry->path().filename().native()))
            files.push_back(entry->path().native());
        else if (!with_folders_below_kernel && is_below_kernel(*entry))
            entry.disable_recursion_pending();
    return files;
}

} // namespace

std::vector<std::string> module_files(const std::string &folder) {
    return found(folder, true);
}

std::vector<std::string> added_module_files(const std::string &folder) {
    return found(folder, false);
}

} // namespace mk
