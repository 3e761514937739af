// SPDX-License-Identifier: GPL-2.0-only
// Learned rules as the text of a file, with comments that say why each is there.
#pragma once

#include <string>
#include <vector>

#include "policy/learned.hpp"

namespace mk::policy {

// "asked for by mount as fs-vfat, 3 times, last 2026-11-20": a clause for each way in which it
// came. Fit to stand in a comment, whatever others chose as names.
std::vector<std::string> clauses_of(const LearnedModule &module);

// "allow load vfat if signed"
std::string line_of(const LearnedModule &module);

// The same rules for the same sightings, in the same order.
std::string text_of(const Learned &learned);

} // namespace mk::policy
