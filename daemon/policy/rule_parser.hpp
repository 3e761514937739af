// SPDX-License-Identifier: GPL-2.0-only
// Parser of rules. Of a statement with a fault only the first fault is told, and the next one is
// read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// Adds what @text says to @policy, in its order, and what is wrong with it to @findings. @file is
// only named in places.
void parse_rules(std::string_view text, const std::string &file, Policy &policy,
                 Findings &findings);

// One pattern as it stands in a rule of this gate. Nothing: a fault, which is added to @findings.
std::optional<Pattern> parse_pattern(const std::string &word, Gate gate, const Place &place,
                                     Findings &findings);

} // namespace mk::policy
