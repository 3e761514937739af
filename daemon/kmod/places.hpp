// SPDX-License-Identifier: GPL-2.0-only
// Where the configuration of modules is: the folders that kmod and systemd read, in their order,
// and the files that are our own.
#pragma once

#include <string>
#include <vector>

#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct ConfigurationPlaces {
    // Put before every path, and links lead within it: an image of a machine; "": this machine.
    std::string root;
    // The release of the kernel whose modules are meant; "": the one that runs.
    std::string kernel = {};

    // The first folder that has a file of some name hides those of the others.
    std::vector<std::string> modprobe_folders() const;
    std::vector<std::string> modules_load_folders() const;
    std::string command_line_file() const;

    // The only ones that are written.
    std::string own_modprobe_file() const { return root + "/etc/modprobe.d/modkeeper.conf"; }
    std::string own_modules_load_file() const {
        return root + "/etc/modules-load.d/modkeeper.conf";
    }

    // "" when it is that of the running kernel, which cannot be read.
    std::string release() const;
    // Do these modules belong to the kernel that runs? Else nothing is loaded.
    bool is_running() const;
    // Is nothing but this machine as it runs meant? Only of that the driver can tell.
    bool is_this_machine() const { return root.empty() && is_running(); }
    LoadedModules loaded() const;
    CatalogPlaces catalog() const;
};

} // namespace mk
