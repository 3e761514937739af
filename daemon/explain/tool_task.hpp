// SPDX-License-Identifier: GPL-2.0-only
// What kmod's tools are told to do, read from their command lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/module_name.hpp"

namespace mk {

struct ToolTask {
    bool unloads = false;
    bool takes_files = false;         // insmod; the others take names and aliases
    bool has_other_root = false;      // it looks below another folder, or for another kernel
    bool must_be_first = false;       // it fails if the module is loaded, or is not
    std::vector<std::string> targets; // as given, at least one
};

// @command: words with blanks between them, as the driver records them. Nothing: it is none of
// these tools, or it loads and unloads nothing, as modprobe --show-depends.
std::optional<ToolTask> tool_task(std::string_view command);

// The module that a target of a tool stands for: a name, or any path.
ModuleName module_given_by(std::string_view target);

} // namespace mk
