// SPDX-License-Identifier: GPL-2.0-only
// Why configuration is not written for an alias: where it leads is for the configuration to say, so
// that something else would be changed than what was named, and allowed.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/error.hpp"

namespace mk {

inline Error alias_refused(const std::string &alias, const std::string &module) {
    return {ErrorCode::NotFound,
            fmt::format("{} is an alias; use the name of the module, {}", alias, module),
            {.module = module}};
}

} // namespace mk
