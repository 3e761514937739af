// SPDX-License-Identifier: GPL-2.0-only
// Drift as a table and in JSON.
#pragma once

#include <string>

#include "cli/output/json.hpp"
#include "config/drift.hpp"

namespace mk::cli {

Json json_of(const DriftItem &item);
Json json_of(const Drift &drift);
std::string text_of(const Drift &drift, bool legend = true);
// "parameter numdummies of dummy": the subject of an item.
std::string subject_of(const DriftItem &item);

// Prints what could not be checked, on stderr.
void tell_unchecked(const Drift &drift);

} // namespace mk::cli
