// SPDX-License-Identifier: GPL-2.0-only
// Words of a file of rules: one statement a line, '#' begins a comment, a backslash at the end of a
// line joins the next one to it, and "quotes" keep spaces together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

struct Word {
    std::string text; // without quotes
    Place place;      // of its first character
    bool is_quoted = false;
};

using Statement = std::vector<Word>; // at least one word

// Statements of a line with a fault are left out, and the fault is added to @findings.
std::vector<Statement> statements_of(std::string_view text, const std::string &file,
                                     Findings &findings);

} // namespace mk::policy
