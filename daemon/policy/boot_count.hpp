// SPDX-License-Identifier: GPL-2.0-only
// What the boot guard (boot_guard.hpp) keeps: the count of boots, for the next one, and what this
// boot made of it, for those who ask why nothing is denied.
//
// The count is beside the policy's state in /var, as early as rules are applied. Where /var is
// mounted later, it cannot be known then: such a boot is neither held back nor counted.
#pragma once

#include <cstdint>
#include <optional>

#include "driver_client/policy_client.hpp"
#include "policy/boot_guard.hpp"
#include "policy/policy_state.hpp"

namespace mk::policy {

// Nothing: none was counted. NotFound: its folder is not there; BadFormat: it is damaged;
// NotAuthorized: not root.
Result<std::optional<BootCount>> boot_count(const StatePlaces &places);

// How this boot applied its rules. Everybody may read it.
struct BootMark {
    std::uint64_t folder = 0;     // device of the folder with the count; 0: it was not there
    std::uint64_t generation = 0; // of the policy that was held back; 0: none was
};
std::optional<BootMark> boot_mark(const StatePlaces &places);
// Whether @policy is as the boot guard left it.
bool is_held_back(const std::optional<BootMark> &mark, const driver::PolicySummary &policy);

// What the guard says of rules that a boot is about to apply.
struct BootDecision {
    bool holds_back = false;
    BootMark mark;
    std::optional<Error> unknown; // why it cannot say
};
BootDecision decide_at_boot(const StatePlaces &places, const ReadyPolicy &ready,
                            driver::PolicyMode ceiling);
// @generation: of the policy that was applied so.
Result<void> leave_mark(const StatePlaces &places, BootDecision decision, std::uint64_t generation);

// Counts this boot, once, if the driver enforces a policy that was applied at boot; nothing: it
// does not. NotFound: the count cannot be known when rules are applied. What was there was damaged:
// it begins anew.
Result<std::optional<BootCount>> count_boot(driver::PolicyClient &client,
                                            const StatePlaces &places);
// This boot reached multi-user.target. Whether something was counted.
Result<bool> forget_counted(const StatePlaces &places);

} // namespace mk::policy
