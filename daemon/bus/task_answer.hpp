// SPDX-License-Identifier: GPL-2.0-only
// Answers of calls that are worked out in a process of their own.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>

#include "bus/background_tasks.hpp"
#include "bus/callers.hpp"
#include "bus/handles.hpp"
#include "bus/task_result_codec.hpp"

namespace mk::bus {

// Starts @work and answers @call with what it comes back with, by @append. @is_authorized: polkit
// has allowed the work; otherwise it waits behind what polkit has allowed. A caller who has left
// the bus is not worked for. 1, as a handler of sd-bus returns.
int answer_in_task(BackgroundTasks &background, Callers &callers, sd_bus_message *call,
                   bool is_authorized, std::function<Result<Answer>()> work,
                   int (*append)(sd_bus_message *reply, const Answer &answer));

// The answer's first row as a{sv}, or all of them as aa{sv}, for @append.
int append_first(sd_bus_message *reply, const Answer &answer);
int append_all(sd_bus_message *reply, const Answer &answer);

} // namespace mk::bus
