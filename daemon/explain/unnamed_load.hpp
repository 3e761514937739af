// SPDX-License-Identifier: GPL-2.0-only
// Name and file of loads that the kernel refused before it knew them: of a caller without a right,
// or of bytes without a file, such as kmod passes of a packed module.
#pragma once

#include <vector>

#include "driver_client/event.hpp"
#include "kmod/catalog.hpp"

namespace mk {

// Fills in the names that the record leaves out, where the kernel's lines of that call or the
// command line of root's own tools tell them. Of others the command line is not believed: they
// write into it what they like.
void name_loads(std::vector<driver::Event> &events);

// The same with the file of one load that has a name. Reads the index and the file's first bytes.
void find_file(driver::Event &load, Result<Catalog> &catalog);

} // namespace mk
