// SPDX-License-Identifier: GPL-2.0-only
// Where the configuration of modules is: the folders that kmod and systemd read, in their order,
// and the files that are our own.
#pragma once

#include <string>
#include <vector>

#include "engine/catalog.hpp"

namespace mk::engine {

struct ConfigurationPlaces {
    // Put before every path; tests have one of their own.
    std::string root;

    // The first folder that has a file of some name hides those of the others.
    std::vector<std::string> modprobe_folders() const;
    std::vector<std::string> modules_load_folders() const;
    std::string command_line_file() const { return root + "/proc/cmdline"; }

    // The only ones that are written.
    std::string own_modprobe_file() const { return root + "/etc/modprobe.d/modkeeper.conf"; }
    std::string own_modules_load_file() const {
        return root + "/etc/modules-load.d/modkeeper.conf";
    }

    // The running kernel's release, "" when it cannot be read.
    std::string release() const;
    CatalogPlaces catalog() const;
};

} // namespace mk::engine
