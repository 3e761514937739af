// SPDX-License-Identifier: GPL-2.0-only
// Rules of mask and unmask: what their lines in modprobe.d leave open, a rule in the driver closes.
// Where there can be none, a note says what is open, why, and what to do.
#pragma once

#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "config/change.hpp"
#include "driver_client/policy_client.hpp"
#include "kmod/places.hpp"

namespace mk::policy {

// "mask-NAME"
std::string id_of_mask(const ModuleName &name);

// A rule of its own for each. @names: those that were masked.
Changes put_masks(driver::PolicyClient &client, const ConfigurationPlaces &places,
                  const ModuleNames &names);

// Takes just these rules away. @names: those that were unmasked.
Changes take_masks(driver::PolicyClient &client, const ConfigurationPlaces &places,
                   const ModuleNames &names);

} // namespace mk::policy
