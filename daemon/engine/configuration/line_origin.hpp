// SPDX-License-Identifier: GPL-2.0-only
// Which line says what libkmod tells only as a fact.
#pragma once

#include <string>
#include <string_view>

#include "engine/configuration/assignments.hpp"
#include "engine/configuration/modprobe_configuration.hpp"
#include "engine/configuration/origin.hpp"

namespace mk::engine {

// "FILE:LINE" of modprobe.d that makes @alias an alias of @module; "" when the index does.
std::string alias_origin(const ModprobeConfiguration &configuration, std::string_view alias,
                         std::string_view module);

// Where a parameter of @module comes from that modprobe.d or the kernel's command line sets. Public
// only when that is sure.
Origin option_origin(const ModprobeConfiguration &configuration, std::string_view module,
                     const Assignment &option);

} // namespace mk::engine
