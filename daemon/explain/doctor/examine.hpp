// SPDX-License-Identifier: GPL-2.0-only
// All that doctor looks at, for the command and for D-Bus.
#pragma once

#include <string_view>

#include "explain/doctor/examinations.hpp"

namespace mk::doctor {

// Of this machine, in the order in which it is to be read. Takes from 50 ms to seconds: it walks
// the folders of modules of every installed kernel.
Diagnoses examine(const Running &running);

// "ok", "warning", "problem", "unknown"
std::string_view verdict_of(Severity severity);

} // namespace mk::doctor
