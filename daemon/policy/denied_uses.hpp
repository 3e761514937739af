// SPDX-License-Identifier: GPL-2.0-only
// What was seen on this machine, or denied already, and rules deny if they are enforced with
// everything denied about which none decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "policy/learned.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

struct DeniedUse {
    ModuleName module;            // empty: a request of the kernel
    std::string alias;            // that the kernel asked for; "": it did not
    std::string device;           // that is there and asks for it; "": none
    std::optional<Sighting> last; // who wanted it; nothing: it is only known to be loaded
    std::size_t times = 0;        // besides being loaded now
    std::string rule;             // that denies it; "": none, but it is not listed
    std::string reason;
    std::string allowed_by; // the line that would allow it
    std::vector<std::string> clauses;
};

// The same rules, with everything denied about which none decides.
Policy enforced(Policy policy);

// By module, requests first. @policy: on disk, after resolve_selectors(). What came only because
// another one that is denied needs it is left out. @now: seconds since the epoch.
std::vector<DeniedUse> denied_uses(const Policy &policy, const Sightings &sightings,
                                   const KernelFacts &facts, std::int64_t now);

} // namespace mk::policy
