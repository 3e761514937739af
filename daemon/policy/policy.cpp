// SPDX-License-Identifier: GPL-2.0-only
#include "policy/policy.hpp"

#include <fmt/core.h>

namespace mk::policy {

std::string Place::text() const {
    if (line == 0) // the whole file
        return file;
    return fmt::format("{}:{}:{}", file, line, column);
}

std::string Rule::name() const {
    if (!id.empty())
        return id;
    return fmt::format("{}:{}", place.file.substr(place.file.rfind('/') + 1), place.line);
}

} // namespace mk::policy
