// SPDX-License-Identifier: GPL-2.0-only
// What modkeeper doctor says of the policy: whether the rules on disk are those in force, for the
// kernel that runs.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "driver_client/policy_device.hpp"
#include "explain/diagnosis.hpp"
#include "policy/boot_count.hpp"
#include "policy/policy_state.hpp"

namespace mk::cli {

struct PolicySituation {
    std::size_t rule_count = 0; // on disk
    bool has_errors = false;
    std::string digest;  // of the text on disk
    std::string release; // of the running kernel
    std::optional<policy::TrialMark> trial;
    std::optional<policy::BootMark> boot;
    Result<driver::InstalledPolicy> installed;
    policy::Findings unseen = {}; // conditions that the driver cannot tell
};

// Nothing is added for a machine without rules.
void examine_policy(const PolicySituation &situation, Diagnoses &findings);

PolicySituation policy_situation();

} // namespace mk::cli
