// SPDX-License-Identifier: GPL-2.0-only
// The answer to "why is this module loaded, or why not?" when there is no record.
#pragma once

#include "explain/why.hpp"

namespace mk {

// Why the driver is not there, then what the kernel's log, the module's file and the configuration
// show. @no_record: any other error than DriverUnavailable, and questions about a record or a
// process, are answered with it.
Result<Why> why_without_record(const WhyQuestion &question, const Error &no_record);

} // namespace mk
