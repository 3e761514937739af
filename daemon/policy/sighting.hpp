// SPDX-License-Identifier: GPL-2.0-only
// Sightings of modules on this machine: the facts that rules are learned from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/load_history.hpp"
#include "system/loaded_modules.hpp"

namespace mk::policy {

struct Sighting {
    enum class Way : std::uint8_t {
        Load,      // it was loaded
        WouldDeny, // the policy would have denied it, and no load is known that followed
        Denied,    // the policy denied it
        Present,   // it is loaded now
    };
    Way way = Way::Load;
    ModuleName module;             // empty: a request of the kernel
    std::optional<bool> is_signed; // by a key that the kernel trusts; nothing: it does not tell
    Trigger trigger = Trigger::Unknown;
    std::string alias; // that the kernel asked for
    std::string who;   // the task that needed it, or that loaded it
    std::uint32_t uid = 0;
    std::string command;           // of the loader
    std::string rule;              // that denied it or would have
    std::uint64_t realtime_ns = 0; // 0: not known
};

using Sightings = std::vector<Sighting>;

// An event of this boot or an earlier one, from the driver's record or from the journal.
struct SeenEvent {
    driver::Event event;
    std::string boot_id;
    std::optional<JobCaller> caller = {}; // for whom the daemon did it
};

// Loads that went well and what the policy denied or would have denied, in the order of @events;
// each once, though the record and the journal both have it, and a load that would have been denied
// is one.
Sightings sightings_of(const std::vector<SeenEvent> &events);

// What is loaded now. @tells_signatures: the kernel marks modules without one that it trusts.
Sightings sightings_of(const std::vector<LoadedModule> &loaded, bool tells_signatures);

} // namespace mk::policy
