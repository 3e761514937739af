// SPDX-License-Identifier: GPL-2.0-only
// The ioctls of /dev/modkeeper: which there are, and what each answers.
#pragma once

#include "kernel/uaccess.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace mk {

class Driver;
class Reader;

// @reader belongs to the open file that asks. Process context, no locks held, may sleep.
Result<> run_command(Driver &driver, Reader &reader, u32 request, UserArgument argument);

} // namespace mk
