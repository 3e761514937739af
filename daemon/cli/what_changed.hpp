// SPDX-License-Identifier: GPL-2.0-only
// Note about what has changed since a module that failed to load last loaded.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace mk::cli {

// For users who may read the record and the journal. @since: when the load was asked for; what
// failed before that is not meant.
void tell_what_changed(const Error &failure, std::uint64_t since_realtime_ns);

} // namespace mk::cli
