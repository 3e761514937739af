// SPDX-License-Identifier: GPL-2.0-only
// Drift as a table and in JSON.
#pragma once

#include <string>

#include "cli/json.hpp"
#include "engine/configuration/drift.hpp"

namespace mk::cli {

Json json_of(const engine::DriftItem &item);
Json json_of(const engine::Drift &drift);
std::string text_of(const engine::Drift &drift, bool legend = true);
// "parameter numdummies of dummy": what an item is about.
std::string subject_of(const engine::DriftItem &item);

// What could not be looked at, on stderr.
void tell_unchecked(const engine::Drift &drift);

} // namespace mk::cli
