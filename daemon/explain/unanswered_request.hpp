// SPDX-License-Identifier: GPL-2.0-only
// A request of the kernel after which nothing was loaded: its helper found no module of that alias,
// or something kept it from loading one.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "kmod/catalog.hpp"

namespace mk {

// The last one for @target, as it was asked for, or for an alias that leads to @module, since the
// last that is known of @module; nullptr: there is none.
const driver::Event *unanswered_request(const std::vector<driver::Event> &events,
                                        Result<Catalog> &catalog, const std::string &target,
                                        const ModuleName &module);

} // namespace mk
