// SPDX-License-Identifier: GPL-2.0-only
// Where a rule of the policy in force is written.
#pragma once

#include <string>

#include "policy/kept_text.hpp"

namespace mk::cli {

// "30-local.rules:4" of the rule with this id; the id, if the text does not have it.
std::string place_of_rule(const policy::KeptFiles &text, const std::string &id);

// The same in the text that is in force; the id, if that may not be read.
std::string place_in_force(const std::string &id);

} // namespace mk::cli
