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
// "parameter numdummies of dummy": what an item is about.
std::string subject_of(const DriftItem &item);

// What could not be looked at, on stderr.
void tell_unchecked(const Drift &drift);

} // namespace mk::cli
