// SPDX-License-Identifier: GPL-2.0-only
// Rules as text: what a parser makes the same rule of.
#pragma once

#include <string>

#include "policy/policy.hpp"

namespace mk::policy {

// As a string of the language.
std::string in_quotes(const std::string &text);

std::string text_of(const Pattern &pattern);
std::string text_of(const Condition &condition);
// One line, without its end.
std::string text_of(const Rule &rule);

} // namespace mk::policy
