// SPDX-License-Identifier: GPL-2.0-only
// What the file that modprobe would load for a name says of itself: worked out in a process of its
// own, since the file may be slow, packed or gone.
#pragma once

#include <string>

#include "bus/task_result_codec.hpp"
#include "kmod/catalog.hpp"

namespace mk::bus {

// Of the file that modprobe's index has. Never of the one that a module was loaded from: whoever
// owns that could have the daemon open what they like. One row. NotFound: the index has none.
Result<Answer> file_info(const CatalogPlaces &places, const std::string &name);

} // namespace mk::bus
