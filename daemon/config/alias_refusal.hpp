// SPDX-License-Identifier: GPL-2.0-only
// Refusal to write configuration for an alias: the configuration itself decides where an alias
// leads, so another module could be changed than was named and authorised.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/error.hpp"
#include "base/module_name.hpp"

namespace mk {

inline Error alias_refused(const std::string &alias, const ModuleName &module) {
    return {ErrorCode::NotFound,
            fmt::format("{} is an alias; use the name of the module, {}", alias, module),
            {.module = module}};
}

} // namespace mk
