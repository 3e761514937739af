// SPDX-License-Identifier: GPL-2.0-only
// Mounts of NFS as holders of modules that their file system uses.
#pragma once

#include "holders/search.hpp"

namespace mk {

// The module of the version of the protocol, of calls and of their security.
void find_remote_mounts(const HolderSearch &search, HolderList &list);

} // namespace mk
