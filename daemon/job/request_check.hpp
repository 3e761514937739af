// SPDX-License-Identifier: GPL-2.0-only
// Checks of a request before authorisation: names that match no module, parameters that the module
// does not have, values that it cannot take. The job itself checks all of this again, and
// everything else that may be wrong or may change in the meantime.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "job/job_request.hpp"
#include "job/planner.hpp"

namespace mk {

// The audience. Caller: the user of this process, with the same rights. Everybody: what only some
// users may read then decides nothing, and no file that only some may read is opened.
enum class ToldTo : std::uint8_t { Caller, Everybody };

// NotFound, UnknownParameter or BadParameter, in the words of the job; nothing if there is no such
// fault, or if the audience may not know it.
std::optional<Error> fault_in(Planner &planner, const LoadRequest &request, ToldTo told);

// The load in a request; nothing for an unload, on which only the kernel decides.
std::optional<LoadRequest> load_of(const JobRequest &request);

} // namespace mk
