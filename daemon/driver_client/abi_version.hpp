// SPDX-License-Identifier: GPL-2.0-only
// May this program talk to that driver, and whom to blame when it may not.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace mk::driver {

// The driver is not loaded.
Error driver_absent();

// Another major version is DriverUnavailable with a message that says which side is older and what
// to do. A minor version only ever adds something.
Result<void> check_version(std::uint16_t abi_major, std::uint16_t abi_minor);

// What to type so that the driver on disk takes the place of the loaded one, whose device the
// daemon has open. The record begins anew.
inline constexpr const char *reload_commands =
    "sudo systemctl stop modkeeperd && sudo modprobe -r modkeeper && sudo modprobe modkeeper && "
    "sudo systemctl start modkeeperd";

} // namespace mk::driver
