// SPDX-License-Identifier: GPL-2.0-only
// Users of interfaces to a management controller (IPMI), each of which holds the driver.
#pragma once

#include "holders/search.hpp"

namespace mk {

// Those in the kernel; comes after open files.
void find_ipmi_users(const HolderSearch &search, HolderList &list);

} // namespace mk
