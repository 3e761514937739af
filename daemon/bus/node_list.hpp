// SPDX-License-Identifier: GPL-2.0-only
// List of objects that an enumerator returns to sd-bus.
#pragma once

#include <string>
#include <vector>

namespace mk::bus {

// A list that sd-bus frees. 0 or -ENOMEM.
int node_list(const std::vector<std::string> &paths, char ***nodes);

} // namespace mk::bus
