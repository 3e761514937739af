// SPDX-License-Identifier: GPL-2.0-only
// A policy that is ready for the driver: read, chosen for a kernel, compiled.
#pragma once

#include <string>
#include <vector>

#include "kmod/places.hpp"
#include "policy/kept_text.hpp"
#include "policy/policy_files.hpp"

namespace mk::policy {

struct ReadyPolicy {
    PolicyText rules;  // with the findings about the kernel too
    std::string block; // struct modkeeper_policy; "": there are no rules
    KeptText text;
    // What the rules say, or enforce: rules that say nothing of a mode are meant.
    Mode load_mode = Mode::Enforce;
    Mode request_mode = Mode::Enforce;

    bool is_empty() const { return rules.policy.rules.empty(); }
};

// What rules say of a gate's mode, or enforce.
Mode mode_at(const Policy &policy, Gate gate);

// Rules with errors are not compiled. Fails if they are too long for the driver.
// @more_devices, @image_tree: as in resolve_selectors().
Result<ReadyPolicy> make_ready(PolicyText rules, const ConfigurationPlaces &places,
                               const std::vector<std::string> &more_devices = {},
                               const std::string &image_tree = {});

} // namespace mk::policy
