// SPDX-License-Identifier: GPL-2.0-only
// Changes, parameters and drift as rows of texts, and as they are written into an answer. Everybody
// may ask for parameters: what not every user may read in a file is left out here.
#pragma once

#include <systemd/sd-bus.h>

#include "bus/row_codec.hpp"
#include "engine/configuration/change.hpp"
#include "engine/configuration/drift.hpp"
#include "engine/configuration/parameter_table.hpp"

namespace mk::bus {

Rows to_rows(const engine::Changes &changes);
Rows to_rows(const engine::ParameterTable &table);
Rows to_rows(const engine::Drift &drift);

// a(sss), a(sssubsa(ss)), a(sssssss) with as; 0 or more, or -errno.
int append_changes(sd_bus_message *reply, const Rows &rows);
int append_parameters(sd_bus_message *reply, const Rows &rows);
int append_drift(sd_bus_message *reply, const Rows &rows);

} // namespace mk::bus
