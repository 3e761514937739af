// SPDX-License-Identifier: GPL-2.0-only
// Which line says what libkmod tells only as a fact.
#pragma once

#include <string>
#include <string_view>

#include "base/assignments.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/origin.hpp"

namespace mk {

// The line of modprobe.d that makes @alias an alias of @module, one that every user may read where
// there is such a one; nothing when the index does.
const ModprobeLine *alias_line(const ModprobeConfiguration &configuration, std::string_view alias,
                               std::string_view module);

// Where a parameter of @module comes from that modprobe.d or the kernel's command line sets. Public
// only when that is sure.
Origin option_origin(const ModprobeConfiguration &configuration, std::string_view module,
                     const Assignment &option);

} // namespace mk
