// SPDX-License-Identifier: GPL-2.0-only
// Putting rules into force: in one step, with what is kept of them for the next boot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver_client/policy_client.hpp"
#include "kmod/places.hpp"
#include "policy/policy_state.hpp"
#include "policy/ready_policy.hpp"

namespace mk::policy {

// What the driver has now. An error instead of it: nothing was changed.
struct Activation {
    std::uint64_t generation = 0;
    // The policy is as it was to be, and what the next boot finds is not.
    std::optional<Error> not_kept = {};
};

driver::PolicyMode mode_in_driver(Mode mode);

// The rules of /etc, /run and /usr/lib, for the running kernel.
Result<ReadyPolicy> rules_of_machine(const ConfigurationPlaces &places,
                                     const std::vector<std::string> &more_devices = {});

// On trial for so many seconds; 0: at once and for good, and its text is the last good one.
Result<Activation> activate(driver::PolicyClient &client, const StatePlaces &places,
                            const ReadyPolicy &ready, int trial_seconds);

struct BootActivation {
    std::uint64_t generation = 0;
    bool is_held_back = false;           // by the boot guard: nothing is denied
    std::optional<Error> unguarded = {}; // why boots are not counted
};

// Nothing is written to a disk. @ready has then the modes that it was given.
Result<BootActivation> activate_at_boot(driver::PolicyClient &client, const StatePlaces &places,
                                        ReadyPolicy &ready);

// Keeps the policy that is on trial. NotFound: none is; Timeout: it was taken back already.
Result<Activation> confirm_trial(driver::PolicyClient &client, const StatePlaces &places);
// Takes it back; the generation. Errors as above.
Result<std::uint64_t> roll_trial_back(driver::PolicyClient &client, const StatePlaces &places);

// The files of the text that is in force; nothing: nobody kept them, or they may not be read.
std::optional<KeptFiles> text_in_force(const driver::InstalledPolicy &policy);

} // namespace mk::policy
