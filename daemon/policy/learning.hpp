// SPDX-License-Identifier: GPL-2.0-only
// Learning: rules that only record what no rule decides about, until somebody has a list that is
// complete.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "driver_client/policy_device.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// The last one of the usual names, although a default counts wherever it stands.
inline constexpr const char *learning_name = "90-learn.rules";
inline constexpr const char *learning_file = "/etc/modkeeper/policy.d/90-learn.rules";

// The file's text. @realtime_ns: now.
std::string learning_text(std::uint64_t realtime_ns);

// Whether the text of that file is one of learning_text().
bool is_learning_text(std::string_view text);

// When learning began, as utc_time() has it; nothing: the policy in force does not learn.
std::optional<std::string> learning_since(const driver::InstalledPolicy &policy);

// The default of loads in another file, beside which there can be none that learns; nullptr: none.
const Rule *default_of_others(const Policy &policy);

} // namespace mk::policy
