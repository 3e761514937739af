// SPDX-License-Identifier: GPL-2.0-only
// Purpose of a load: whether somebody wanted the module itself, or it came for another one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/load_history.hpp"

namespace mk {

// A load of a module for its own sake.
struct LoadPurpose {
    Trigger trigger = Trigger::Unknown; // Command, Daemon, Udev or ModulesLoad
    std::uint32_t uid = 0;
    std::uint32_t loginuid = driver::no_loginuid;
    std::string comm;
    std::uint64_t realtime_ns = 0;
    std::optional<JobCaller> caller; // who asked the daemon, if that is known
};

// Everything that was recorded in this boot, oldest first; nothing: there is no record, or it may
// not be read.
using LoadEvents = std::function<std::optional<std::vector<driver::Event>>()>;

// Of the last load of @module. Nothing: the same process loaded it for a module that needs it, the
// kernel asked for it, or the load was not seen. @needs: what a module needs, one step.
std::optional<LoadPurpose> purpose_of(const ModuleName &module,
                                      const std::vector<driver::Event> &events,
                                      const Neighbours &needs);

// "root loaded it with modprobe at Nov 21 12:03:00.123456"
std::string text_of(const LoadPurpose &purpose);

} // namespace mk
