// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/kmod_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>

#include "base/folder.hpp"
#include "base/module_name.hpp"
#include "kmod/module_index.hpp"

namespace mk {

namespace {

bool is_null(const struct stat &status) {
    constexpr unsigned memory_devices = 1;
    constexpr unsigned null = 3;
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(memory_devices, null);
}

Result<void> check(const std::string &path) {
    struct stat status {};
    if (stat(path.c_str(), &status) < 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ||
        is_null(status))
        return {};
    return Error{
        ErrorCode::BadFormat,
        fmt::format(
            "{} is a pipe or a device, not a file, and opening it could block forever: remove it",
            quote(path))};
}

} // namespace

Result<void> check_kmod_files(const std::string &module_dir,
                              const std::vector<std::string> &folders) {
    for (const auto &path : index_files(module_dir))
        TRY(check(path));
    for (const auto &folder : folders)
        for (const auto &name : readable_entries(folder))
            if (name.ends_with(".conf") || name.ends_with(".alias"))
                TRY(check(std::filesystem::path(folder) / name));
    return {};
}

} // namespace mk
