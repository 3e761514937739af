// SPDX-License-Identifier: GPL-2.0-only
// Lines of the kernel's log that decide why a load failed, whatever its errno.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cause.hpp"

namespace mk {

struct DecidingLine {
    std::string line;
    Cause cause = Cause::Unknown;
    std::string_view reason; // a clause
    std::string_view remedy; // "": none
};

// Of @log the line that says most; nothing: none decides. @log: lines of one load.
std::optional<DecidingLine> deciding_line(const std::vector<std::string> &log);

} // namespace mk
