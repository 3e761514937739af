// SPDX-License-Identifier: GPL-2.0-only
// What this machine will need of a kernel, running or not: to boot, for its devices, by its
// configuration.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "kmod/catalog.hpp"
#include "kmod/places.hpp"

namespace mk::policy {

struct NeededModule {
    // Boot: what is under / and /boot, and of the initramfs what is loaded now. Device: what a
    // device asks for that is there. Configured: modules-load.d and the kernel's command line.
    enum class Kind : std::uint8_t { Boot, Device, Configured };
    ModuleName name;
    std::string path; // of its file
    Kind kind = Kind::Boot;
    std::string why; // a clause: "the disk under / asks for it"
};

// "boot", "device", "configured"
std::string_view word_of(NeededModule::Kind kind);

// Each once, by the first that needs it, in this order: what those need themselves follows them.
// What has no file on that kernel is built in, or missing whatever the rules say.
std::vector<NeededModule> needed_modules(Catalog &catalog, const ConfigurationPlaces &places);

} // namespace mk::policy
