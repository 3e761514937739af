// SPDX-License-Identifier: GPL-2.0-only
// Reader of what a kernel and this machine say of the modules that were seen: what they need, what
// leads to them, what the selectors of rules choose.
#pragma once

#include "kmod/places.hpp"
#include "policy/learned.hpp"

namespace mk::policy {

// An error: there is no index of that kernel's modules.
Result<KernelFacts> read_kernel_facts(const ConfigurationPlaces &places,
                                      const Sightings &sightings);

} // namespace mk::policy
