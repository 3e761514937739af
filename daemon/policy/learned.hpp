// SPDX-License-Identifier: GPL-2.0-only
// What rules are to allow, learned from sightings: the modules for which somebody asked, without
// those that came only because another needs them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "policy/sighting.hpp"

namespace mk::policy {

// What a kernel says of the modules that were seen on it.
struct KernelFacts {
    using Names = std::set<ModuleName>;

    std::string release;
    std::map<ModuleName, Names> needs;     // of a module: all that it needs, by however many steps
    std::map<std::string, Names> meanings; // of an alias or a word of a command: the modules
    Names devices;                         // chosen by @devices, with all that they need
    Names boot;                            // by @boot
    std::map<ModuleName, std::string> device_of; // of a module: a device that asks for it
    ModuleNames initramfs;
};

struct LearnedModule {
    // Why it is there, from what somebody meant to what anybody can cause.
    enum class Group : std::uint8_t {
        Program, // somebody ran a program, asked the daemon, or lists it in modules-load.d
        Udev,    // for a device that is not there now
        Kernel,  // for itself, or for a program of root
        Present, // nobody saw how it came
        Users,   // for programs of users without privileges
    };
    ModuleName name;
    Group group = Group::Present;
    bool is_signed = false; // each time that it was seen
    Sightings sightings;    // of it, in their order
    ModuleName needed_by;   // though this needs it, its rule would not let it in; "": nothing
};

struct Learned {
    std::string release;
    std::vector<LearnedModule> modules; // by group and name
    // Those that were seen, and that @devices and @boot choose.
    ModuleNames by_devices;
    ModuleNames by_boot;
    bool selected_are_signed = false;
    ModuleNames only_in_initramfs; // never seen
    ModuleNames unfit;             // names that no rule can have
};

// Of what was let in.
Learned learn(const Sightings &sightings, const KernelFacts &facts);

// Of what was denied too.
Learned learn_with_denied(const Sightings &sightings, const KernelFacts &facts);

} // namespace mk::policy
