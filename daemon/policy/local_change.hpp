// SPDX-License-Identifier: GPL-2.0-only
// Change of one file of /etc/modkeeper/policy.d, and of the policy in force with it: both or
// neither.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "config/atomic_file.hpp"
#include "driver_client/policy_client.hpp"
#include "kmod/places.hpp"
#include "policy/local_rules.hpp"

namespace mk::policy {

// That of deny, allow and mask.
inline constexpr const char *local_rules_file = "30-local.rules";

// Where such a file is.
std::string path_of_rules(const ConfigurationPlaces &places, const std::string &file);

// While it is there, nobody else changes such files and then the policy with them.
Result<EditLock> lock_rules(const ConfigurationPlaces &places);

// Makes the folder of such files, where everybody may read them.
Result<void> make_rules_folder(const ConfigurationPlaces &places);

// From the text of the file ("": there is none) to the new one; "" removes it.
using EditRules = std::function<Result<Changed>(const std::string &text)>;

struct RuleChange {
    Changed changed;
    std::uint64_t generation = 0; // 0: the file stays as it is, and so does the policy
    // The rules are in force, but their text is not kept for the next boot.
    std::optional<Error> not_kept = {};
};

// What stands in the way of any change of the rules.
enum class Obstacle : std::uint8_t {
    None,      // the error is about this change
    Trial,     // a policy is on trial
    Faults,    // the rules on disk have errors
    Unapplied, // the rules on disk are not those in force
};

// The policy in force is as it was, and so are the files, but for @not_undone.
struct NotChanged {
    Error error;
    Obstacle obstacle = Obstacle::None;
    std::optional<Error> not_undone = {}; // why the new text stays on disk
};

// @file: its name. One change at a time. Refuses if the other rules on disk are not those in force:
// they would come into force too.
std::variant<RuleChange, NotChanged> change_rules(driver::PolicyClient &client,
                                                  const ConfigurationPlaces &places,
                                                  const std::string &file, const EditRules &edit);

} // namespace mk::policy
