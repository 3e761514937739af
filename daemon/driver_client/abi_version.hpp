// SPDX-License-Identifier: GPL-2.0-only
// Check whether this program may talk to that driver, and which of them to upgrade if not.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace mk::driver {

// The driver is not loaded.
Error driver_absent();

// Another major version is DriverUnavailable with a message that says which side is older and what
// to do. A minor version only adds things.
Result<void> check_version(std::uint16_t abi_major, std::uint16_t abi_minor);

// Commands that replace the loaded driver, whose device the daemon has open, by the one on disk.
// The record starts again.
inline constexpr const char *reload_commands =
    "sudo systemctl stop modkeeperd && sudo modprobe -r modkeeper && sudo modprobe modkeeper && "
    "sudo systemctl start modkeeperd";

} // namespace mk::driver
