// SPDX-License-Identifier: GPL-2.0-only
// Whether rules are right, and whether a kernel could load what the machine needs under them. Needs
// no driver and no privileges but to read the rules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kmod/places.hpp"
#include "policy/needs.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {

// What the machine needs, and the rules would deny.
struct DeniedNeed {
    NeededModule need;
    std::string rule;
    std::string reason;
    Place place;

    // A boot or a device would miss it.
    bool is_grave() const { return need.kind != NeededModule::Kind::Configured; }
};

struct CheckedPolicy {
    PolicyText rules;
    std::string release;
    std::vector<DeniedNeed> denied; // empty where the rules have errors

    bool is_grave() const;
};

// @files: instead of those of /etc, /run and /usr/lib, unless there are none. @now: seconds since
// the epoch.
Result<CheckedPolicy> check_policy(const ConfigurationPlaces &places,
                                   const std::vector<std::string> &files, std::int64_t now);

} // namespace mk::policy
