// SPDX-License-Identifier: GPL-2.0-only
// Who holds a module: files that processes have open, and modules that use it.
#pragma once

#include <linux/modkeeper.h>

#include "core/snapshot.hpp"

namespace mk {

// Writes struct modkeeper_holder, one behind the other, to @memory, which is replaced where it is
// too small; the answer is not of one instant. Errors: not_permitted; not_found for a module that
// was never seen; no_memory, also for more than holders_max bytes. Process context, may sleep.
constexpr u32 holders_max = 4U * 1024 * 1024;
Result<Answer> find_holders(Mutex<Inventory> &inventory, const ModuleName &name, usize room,
                            Buffer &memory);

} // namespace mk
