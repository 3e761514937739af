// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/places.hpp"

#include "engine/text_file.hpp"

namespace mk::engine {

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

std::string ConfigurationPlaces::release() const {
    return read_line(root + "/proc/sys/kernel/osrelease");
}

CatalogPlaces ConfigurationPlaces::catalog() const {
    if (root.empty())
        return {};
    return {root + "/lib/modules/" + release(), modprobe_folders()};
}

} // namespace mk::engine
