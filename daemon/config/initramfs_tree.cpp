// SPDX-License-Identifier: GPL-2.0-only
#include "config/initramfs_tree.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <map>

#include "base/module_name.hpp"
#include "base/root_path.hpp"
#include "config/initramfs_image.hpp"

namespace mk {

namespace fs = std::filesystem;

Result<std::vector<TreeModule>> modules_in_tree(const std::string &tree,
                                                const std::string &release) {
    std::map<ModuleName, std::string> found;
    for (const auto *lib : {"/lib/modules/", "/usr/lib/modules/"}) {
        const fs::path folder = path_in(tree, lib + release);
        std::error_code failed;
        for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
             at.increment(failed)) {
            const auto name = "lib/modules/" + at->path().filename().string();
            if (is_module_in_initramfs(name) && at->is_regular_file(failed))
                found.emplace(ModuleName::of_file(name), at->path().string());
        }
    }
    if (found.empty())
        return Error{ErrorCode::NotFound,
                     fmt::format("{} has no modules of kernel {}", tree, release)};
    std::vector<TreeModule> modules;
    modules.reserve(found.size());
    for (auto &[name, path] : found)
        modules.push_back({name, path});
    return modules;
}

} // namespace mk
