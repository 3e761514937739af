// SPDX-License-Identifier: GPL-2.0-only
// Client for which modkeeperd loaded or unloaded a module, as the record of the call has it, or
// that of what the policy decided about it.
#pragma once

#include <optional>
#include <string>

#include "base/caller.hpp"
#include "driver_client/event.hpp"

namespace mk {

// Nothing: the process acted for itself, or did not state for whom. Without its name on the bus.
std::optional<JobCaller> client_of(const driver::Event &event);

// "carol (busctl, pid 812, session 3, logged in as root)"
std::string client_text(const JobCaller &client);

// " for busctl[812] of uid 1000 in session 3 of user 1000"; "" of a call that was for nobody else.
// It asks nobody for the names of users, which may take long.
std::string for_client(const driver::Event &event);

} // namespace mk
