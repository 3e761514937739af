// SPDX-License-Identifier: GPL-2.0-only
// From what rules choose modules by to the modules of one kernel: devices, aliases, files, what is
// loaded at boot, and what allowed modules need themselves.
#pragma once

#include <string>
#include <vector>

#include "kmod/places.hpp"
#include "policy/finding.hpp"
#include "policy/policy.hpp"

namespace mk::policy {

// Leaves only Pattern::Kind::Name in the rules. @policy: after expand_sets(). @places: the kernel,
// running or not. Rules that allow loads and are not alone then name also what their modules need
// on that kernel, even if they name it by a glob. What chooses nothing there is a warning.
// @more_devices: modaliases of devices that are not there yet, early at boot, and will be.
// @image_tree: what is about to become the initramfs, instead of the one in /boot.
void resolve_selectors(Policy &policy, const ConfigurationPlaces &places, Findings &findings,
                       const std::vector<std::string> &more_devices = {},
                       const std::string &image_tree = {});

} // namespace mk::policy
