// SPDX-License-Identifier: GPL-2.0-only
// Lines of the kernel's log that decide why a load failed, whatever its errno.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cause.hpp"
#include "base/module_name.hpp"

namespace mk {

struct DecidingLine {
    std::string line;
    Cause cause = Cause::Unknown;
    std::string reason; // a clause
    std::string remedy; // "": none; MODULE stands for the name of the module

    std::string remedy_for(const ModuleName &module) const;
};

// Of @log the line that says most; nothing: none decides. @log: lines of one load.
std::optional<DecidingLine> deciding_line(const std::vector<std::string> &log);

// "dummy: unknown parameter ..." -> dummy; "" for a line of another kind.
ModuleName module_named_in(std::string_view line);

} // namespace mk
