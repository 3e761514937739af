// SPDX-License-Identifier: GPL-2.0-only
// Who holds a module: files that processes have open, and modules that use it.
#pragma once

#include <linux/modkeeper.h>

#include "core/snapshot.hpp"

namespace mk {

// Writes struct modkeeper_holder, one behind the other, to @memory, which grows with what is found;
// the answer is not of one instant, and cut where it comes to holders_max bytes. Errors:
// eperm; enoent for a module that was never seen; enomem; eintr. Process
// context, may sleep.
constexpr u32 holders_max = 4U * 1024 * 1024;
Result<Answer> find_holders(Mutex<Inventory> &inventory, const ModuleName &name, usize room,
                            Buffer &memory);

} // namespace mk
