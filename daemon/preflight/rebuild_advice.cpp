// SPDX-License-Identifier: GPL-2.0-only
#include "preflight/rebuild_advice.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/folder.hpp"
#include "base/root_path.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

bool has_module(const std::string &folder, const ModuleName &name) {
    for (const auto &entry : readable_entries(folder))
        if (ModuleName::of_file(entry) == name)
            return true;
    return false;
}

// DKMS keeps what it built in PACKAGE/VERSION/RELEASE/ARCHITECTURE/module: "PACKAGE/VERSION" of the
// module, for whatever kernel; "": it is none of DKMS.
std::string dkms_package_of(const std::string &root, const ModuleName &name) {
    const auto top = path_in(root, "/var/lib/dkms") + "/";
    std::error_code failed;
    for (const auto &package : readable_entries(top))
        for (const auto &version : readable_entries(top + package)) {
            const auto folder = fmt::format("{}{}/{}", top, package, version);
            if (fs::is_symlink(folder, failed))
                continue; // kernel-RELEASE: the installed version once more
            for (const auto &release : readable_entries(folder))
                for (const auto &machine : readable_entries(fmt::format("{}/{}", folder, release)))
                    if (has_module(fmt::format("{}/{}/{}/module", folder, release, machine), name))
                        return fmt::format("{}/{}", package, version);
        }
    return {};
}

// "6.1.0-1-amd64" of /lib/modules/6.1.0-1-amd64/kernel/...; "": it lies elsewhere
std::string release_in(std::string_view path) {
    for (std::string_view top : {"/lib/modules/", "/usr/lib/modules/"})
        if (path.starts_with(top)) {
            path.remove_prefix(top.size());
            return std::string(path.substr(0, path.find('/')));
        }
    return {};
}

} // namespace

std::string rebuild_advice(const InstalledKernel &kernel, const ModuleName &name,
                           const std::string &path, bool is_installed) {
    const auto &release = kernel.release();
    const auto belongs_to = release_in(path);
    if (!belongs_to.empty() && belongs_to != release && is_installed)
        return fmt::format("that file belongs to kernel {}; \"modkeeper load {}\" takes the one of "
                           "kernel {}",
                           belongs_to, name, release);
    if (const auto package = dkms_package_of(kernel.root(), name); !package.empty())
        return fmt::format("build it again: \"sudo dkms install --force {} -k {}\"", package,
                           release);
    return fmt::format("build it for kernel {} or install that kernel's build of it", release);
}

} // namespace mk
