// SPDX-License-Identifier: GPL-2.0-only
// Parameters of a module as a table, as single values, and in JSON.
#pragma once

#include <string>

#include "cli/output/json.hpp"
#include "config/parameter_table.hpp"

namespace mk::cli {

// @rows: those of the table that are wanted.
Json json_of(const ParameterTable &table, const std::vector<ParameterRow> &rows);
std::string text_of(const ParameterTable &table, bool legend = true);

// NotLoaded, NotAuthorized or NotFound with the reason if there is no visible value.
Result<std::string> value_of(const ParameterTable &table, const ParameterRow &row);

} // namespace mk::cli
