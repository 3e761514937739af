// SPDX-License-Identifier: GPL-2.0-only
// Check of the devices that a module is for: what an init that says "no such device" looked for.
#pragma once

#include <optional>
#include <string>

#include "explain/diagnosis.hpp"

namespace mk {

// Does an init that returns @error, a positive errno, say that its device is missing?
bool is_device_missing(int error);

// Of a module whose init said so. Nothing: its file names no devices, or cannot be read. Reads the
// file and /sys below @root. @path: absolute.
std::optional<Diagnosis> device_check(const std::string &path, const std::string &root = "");

} // namespace mk
