// SPDX-License-Identifier: GPL-2.0-only
// Who asked the daemon for something, in the entries of what it did for them, and back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "journal/entry.hpp"

namespace mk::journal {

// MODKEEPER_JOB and MODKEEPER_CALLER_UID, _LOGINUID, _PID, _COMM, _NAME: beside the fields of an
// event that a job of the daemon made happen.
Fields fields_of(const JobOrigin &origin);

// The entry that tells that a job has begun. @verb: "load", "unload", "reload". MODKEEPER_TARGETS
// is how many targets there are: of very many only the first have a MODKEEPER_TARGET each.
Fields entry_of_job(const JobOrigin &origin, const std::string &verb,
                    const std::vector<std::string> &targets);

// From what the journal has, by field. Nothing: no job of the daemon did it.
std::optional<JobOrigin> origin_of_entry(const std::map<std::string, std::string> &fields);

} // namespace mk::journal
