// SPDX-License-Identifier: GPL-2.0-only
// Why a tool gave up before it asked the kernel. Only the tool knows: this is worked out from what
// it was told to do, and from what it must have found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "explain/diagnosis.hpp"
#include "explain/tool_task.hpp"
#include "kmod/catalog.hpp"

namespace mk {

struct FailedTool {
    driver::Event event; // ToolFailed
    ToolTask task;
    std::string target; // the one that is told of
    Diagnosis diagnosis;
};

// What a record tells of: the first thing that the tool was to load or unload; "": nothing.
std::string target_of(const driver::Event &event);

// Whether it may answer a question that does not name it. Users write into their command lines what
// they like: only those of root are believed.
bool is_believed(const driver::Event &event);

// The last tool of root that gave up on @module, or on what was asked for as @target, after the
// last event of the module itself; nullptr: none did. With @any, of any user.
const driver::Event *last_failed_tool(const std::vector<driver::Event> &events,
                                      const ModuleName &module, std::string_view target,
                                      bool any = false);

// Of a ToolFailed with a target. Reads the index, modprobe.d, /proc and /sys; and the file too with
// the rights of the caller, if @may_open_file.
FailedTool explain_tool(const driver::Event &event, const ModuleName &module,
                        Result<Catalog> &catalog, bool may_open_file);

} // namespace mk
