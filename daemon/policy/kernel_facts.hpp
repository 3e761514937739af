// SPDX-License-Identifier: GPL-2.0-only
// Reader of what a kernel and this machine say of the modules that were seen: what they need, what
// leads to them, what the selectors of rules choose.
#pragma once

#include "base/module_name.hpp"
#include "kmod/places.hpp"
#include "policy/learned.hpp"

namespace mk::policy {

// All but the initramfs, which takes long to unpack. An error: there is no index of that kernel's
// modules.
Result<KernelFacts> read_kernel_facts(const ConfigurationPlaces &places,
                                      const Sightings &sightings);

// The modules of its initramfs; none: it has none, or it may not be read.
ModuleNames initramfs_of(const ConfigurationPlaces &places);

} // namespace mk::policy
