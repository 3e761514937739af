// SPDX-License-Identifier: GPL-2.0-only
// Description of the file that modprobe would load for a name. It is made in a process of its own,
// because the file may be slow, compressed or gone.
#pragma once

#include <string>

#include "base/module_name.hpp"
#include "bus/task_result_codec.hpp"
#include "kmod/catalog.hpp"

namespace mk::bus {

// Describes the file in modprobe's index, never the one that a module was loaded from: its owner
// could make the daemon open any file. One row. NotFound: the index has none.
Result<Answer> file_info(const CatalogPlaces &places, const ModuleName &name);

} // namespace mk::bus
