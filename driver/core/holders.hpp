// SPDX-License-Identifier: GPL-2.0-only
// Holders of a module: files that processes have open, and modules that use it.
#pragma once

#include <linux/modkeeper.h>

#include "core/device_nodes.hpp"
#include "core/snapshot.hpp"

namespace mk {

// Writes one struct modkeeper_holder after another to @memory, which grows as they are found; also
// of files of @nodes that have no reference to the module. The
// answer does not show a single instant, and is cut at holders_max bytes. Errors: eperm; enoent for
// a module that was never seen; enomem; eintr. Process context, may sleep.
constexpr u32 holders_max = 4U * 1024 * 1024;
Result<Answer> find_holders(Mutex<Inventory> &inventory, const ModuleName &name,
                            const DeviceNodes &nodes, usize room, Buffer &memory);

} // namespace mk
