// SPDX-License-Identifier: GPL-2.0-only
// A load that began and has not ended: its init still runs, or crashed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/diagnosis.hpp"
#include "explain/load_history.hpp"
#include "system/kernel_messages.hpp"

namespace mk {

// Is the task that @begin, a LoadBegin, tells of still there? A later one with its number is
// another.
// @proc is where /proc is.
bool is_loader_there(const driver::Event &begin, const std::string &proc = "/proc");

// The kernel ends a task whose code crashes, and the module stays as it is for good. @log: of the
// kernel, for its lines about it.
Diagnosis diagnose_crash(const ModuleName &module, const std::vector<KernelMessage> &log);

// The last load of @events that nothing followed, of a module that is still being loaded, by a task
// that is gone; nullptr: there is none. @is_coming: asked of the module's name.
const driver::Event *crashed_load(const std::vector<driver::Event> &events,
                                  const std::function<bool(const ModuleName &)> &is_coming,
                                  const std::string &proc = "/proc");

// "in msleep", where the task that loads it waits in the kernel; "": it runs, or that is not known.
std::string where_it_waits(const driver::Event &begin, const std::string &proc = "/proc");

} // namespace mk
