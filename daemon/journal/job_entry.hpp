// SPDX-License-Identifier: GPL-2.0-only
// Codec of a job's caller in journal entries.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/caller.hpp"
#include "journal/entry.hpp"

namespace mk::journal {

// MODKEEPER_JOB and MODKEEPER_CALLER_UID, _LOGINUID, _PID, _COMM, _NAME, _CGROUP: in addition to
// the fields of an event that a job of the daemon caused.
Fields fields_of(const JobOrigin &origin);

// The entry of a job that has begun. @verb: "load", "unload", "reload". MODKEEPER_TARGETS is the
// number of targets: only the first ones have a MODKEEPER_TARGET each.
Fields entry_of_job(const JobOrigin &origin, const std::string &verb,
                    const std::vector<std::string> &targets);

// From the fields of an entry. Nothing: no job of the daemon did it.
std::optional<JobOrigin> origin_of_entry(const std::map<std::string, std::string> &fields);

} // namespace mk::journal
