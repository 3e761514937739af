// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/places.hpp"

#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

namespace {

std::vector<std::string> folders(const std::string &root, const char *name) {
    std::vector<std::string> result;
    for (const char *parent : {"/etc/", "/run/", "/usr/local/lib/", "/usr/lib/", "/lib/"})
        result.push_back(root + parent + name);
    return result;
}

} // namespace

std::vector<std::string> ConfigurationPlaces::modprobe_folders() const {
    return folders(root, "modprobe.d");
}

std::vector<std::string> ConfigurationPlaces::modules_load_folders() const {
    return folders(root, "modules-load.d");
}

std::string ConfigurationPlaces::command_line_file() const {
    return path_in(root, "/proc/cmdline");
}

std::string ConfigurationPlaces::release() const {
    return kernel.empty() ? read_line(path_in(root, "/proc/sys/kernel/osrelease")) : kernel;
}

bool ConfigurationPlaces::is_running() const {
    return kernel.empty() || kernel == read_line(path_in(root, "/proc/sys/kernel/osrelease"));
}

LoadedModules ConfigurationPlaces::loaded() const {
    return is_running() ? LoadedModules(root) : LoadedModules::none();
}

CatalogPlaces ConfigurationPlaces::catalog() const {
    if (root.empty() && kernel.empty())
        return {};
    const auto folder = root + "/lib/modules/" + release();
    if (root.empty())
        return {folder, {}};
    return {within_root(root, folder), modprobe_folders(), root};
}

} // namespace mk
