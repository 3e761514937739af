// SPDX-License-Identifier: GPL-2.0-only
// Modules that are loaded at boot: modules-load.d and the kernel command line, as
// systemd-modules-load reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"
#include "kmod/conf_files.hpp"
#include "kmod/origin.hpp"
#include "kmod/places.hpp"

namespace mk {

struct EnabledModule {
    std::string name; // as written: a name or an alias
    Origin origin;
};

struct EnabledModules {
    std::vector<EnabledModule> modules;
    std::vector<UnreadFile> unread;

    static EnabledModules read(const ConfigurationPlaces &places);
    // Lines that name this module, in any spelling.
    std::vector<EnabledModule> of(const ModuleName &module) const;
};

// Of the text of one file.
std::vector<EnabledModule> parse_modules_load(std::string_view text, const Origin &file);

} // namespace mk
