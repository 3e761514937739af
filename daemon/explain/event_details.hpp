// SPDX-License-Identifier: GPL-2.0-only
// What there is to say of an event besides what, when and by whom.
#pragma once

#include <string>

#include "driver_client/event.hpp"

namespace mk {

// "symbols: ENOENT (No such file or directory) /tmp/x.ko for net-pf-9 of ip[41]"; printable.
std::string event_details(const driver::Event &event);

// The path of the file that a load came from, and whether it is to be looked for elsewhere. Of one
// that was seen.
std::string file_text(const driver::ModuleEvent &change);

} // namespace mk
