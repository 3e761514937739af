// SPDX-License-Identifier: GPL-2.0-only
// Putting rules into force: in one step, with what is kept of them for the next boot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/ended.hpp"
#include "driver_client/policy_device.hpp"
#include "policy/policy_state.hpp"
#include "policy/ready_policy.hpp"

namespace mk::cli {

struct Put {
    std::uint64_t generation = 0;
    std::optional<Failure> failure; // nothing was changed, unless it says so
};

driver::PolicyMode mode_of(policy::Mode mode);

// The rules of /etc, /run and /usr/lib, for the running kernel.
Result<policy::ReadyPolicy>
rules_of_this_machine(const std::vector<std::string> &more_devices = {});

// Unconfirmed for so many seconds; 0: at once and for good, and its text is the last good one.
Put put_into_force(const policy::ReadyPolicy &ready, int trial_seconds);

// At boot: nothing is written to a disk.
Put put_into_force_at_boot(const policy::ReadyPolicy &ready);

// Keeps the policy that is on trial, or takes it back.
Put confirm_trial();
Put roll_trial_back();

// The files of the text that is in force; nothing: nobody kept them, or they may not be read.
std::optional<policy::KeptFiles> text_in_force(const driver::InstalledPolicy &policy);

} // namespace mk::cli
