// SPDX-License-Identifier: GPL-2.0-only
// Origin of a fact from libkmod, which does not tell the line.
#pragma once

#include <string>
#include <string_view>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/origin.hpp"

namespace mk {

// The line of modprobe.d that makes @alias an alias of @module, preferably one that every user may
// read; nothing if the index does.
const ModprobeLine *alias_line(const ModprobeConfiguration &configuration, std::string_view alias,
                               const ModuleName &module);

// Origin of a parameter of @module that modprobe.d or the kernel command line sets. Public only if
// that is certain.
Origin option_origin(const ModprobeConfiguration &configuration, const ModuleName &module,
                     const Assignment &option);

} // namespace mk
