// SPDX-License-Identifier: GPL-2.0-only
// Places of module configuration: the directories that kmod and systemd read, in their order, and
// our own files.
#pragma once

#include <string>
#include <vector>

#include "kmod/catalog.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

struct ConfigurationPlaces {
    // Put before every path, and links stay within it: an image of a machine; "": this machine.
    std::string root;
    // The release of the kernel whose modules are used; "": the running one.
    std::string kernel = {};

    // A file in an earlier directory hides those of the same name in later ones.
    std::vector<std::string> modprobe_folders() const;
    std::vector<std::string> modules_load_folders() const;
    std::string command_line_file() const;

    // The only files that are written.
    std::string own_modprobe_file() const { return root + "/etc/modprobe.d/modkeeper.conf"; }
    std::string own_modules_load_file() const {
        return root + "/etc/modules-load.d/modkeeper.conf";
    }

    // "" for the running kernel if its release cannot be read.
    std::string release() const;
    // Whether these modules belong to the running kernel. Otherwise nothing is loaded.
    bool is_running() const;
    // Whether this is just the running system. The driver knows only that.
    bool is_this_machine() const { return root.empty() && is_running(); }
    LoadedModules loaded() const;
    CatalogPlaces catalog() const;
};

} // namespace mk
