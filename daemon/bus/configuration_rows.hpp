// SPDX-License-Identifier: GPL-2.0-only
// Changes, parameters and drift as rows, with the keys of the commands' JSON, and as D-Bus answers.
#pragma once

#include <systemd/sd-bus.h>

#include "bus/task_result_codec.hpp"
#include "config/change.hpp"
#include "config/drift.hpp"
#include "config/parameter_table.hpp"

namespace mk::bus {

Answer answer_of(const Changes &changes);
Answer answer_of(const ParameterTable &table);
Answer answer_of(const Drift &drift);

// aa{sv}, and with what was not checked: aa{sv}as. 0 or more, or -errno.
int append_answer(sd_bus_message *reply, const Answer &answer);
int append_drift(sd_bus_message *reply, const Answer &answer);

} // namespace mk::bus
