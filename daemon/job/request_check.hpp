// SPDX-License-Identifier: GPL-2.0-only
// Checks of a request before anybody is asked whether it is allowed: names that lead nowhere,
// parameters that the module does not have, values that they cannot take. Whatever else is wrong,
// and whatever changes meanwhile, is for the job, which looks for all of it again.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "job/job_request.hpp"
#include "job/planner.hpp"

namespace mk {

// Who is told. Caller: whoever runs this process, with the same rights. Everybody: what only some
// users may read decides nothing then, and no file that only some may read is opened.
enum class ToldTo : std::uint8_t { Caller, Everybody };

// NotFound, UnknownParameter or BadParameter, in the words of the job; nothing when there is no
// such fault, or when the one who is told could not be sure of it.
std::optional<Error> fault_in(Planner &planner, const LoadRequest &request, ToldTo told);

// The load that a request comes to; nothing for an unload, of which only the kernel knows.
std::optional<LoadRequest> load_of(const JobRequest &request);

} // namespace mk
