// SPDX-License-Identifier: GPL-2.0-only
#include "system/class_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/folder.hpp"
#include "base/root_path.hpp"

namespace mk {

namespace {

namespace fs = std::filesystem;

// Of no device is the path deeper.
constexpr int depth_max = 64;

std::string canonical(const std::string &root, const std::string &path) {
    std::error_code failed;
    const auto found = fs::weakly_canonical(path_in(root, path), failed);
    return failed ? "" : found.string();
}

// @path: below @root, which is "" or has no link in it.
std::vector<std::string> modules_above(const std::string &root, fs::path path) {
    std::vector<std::string> modules;
    const auto devices = root + "/sys/devices";
    for (int depth = 0; depth < depth_max && path.native().starts_with(devices + "/"); ++depth) {
        const auto driver = canonical(root, path.native().substr(root.size()) + "/driver");
        const auto module = driver.empty() ? "" : link_name(driver + "/module");
        if (!module.empty() && std::ranges::find(modules, module) == modules.end())
            modules.push_back(module);
        path = path.parent_path();
    }
    return modules;
}

} // namespace

std::vector<ClassDevice> class_devices(const std::string &folder, const std::string &root) {
    std::vector<ClassDevice> devices;
    std::error_code failed;
    const auto real_root = root.empty() ? "" : fs::weakly_canonical(root, failed).string();
    for (const auto &name : readable_entries(path_in(real_root, folder))) {
        const auto path = canonical(real_root, fmt::format("{}/{}", folder, name));
        if (!path.empty())
            devices.push_back({name, path, modules_above(real_root, path)});
    }
    return devices;
}

} // namespace mk
