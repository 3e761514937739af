// SPDX-License-Identifier: GPL-2.0-only
// Who made a call, in words.
#pragma once

#include <fmt/format.h>

#include <string>

#include "driver_client/event.hpp"

namespace mk {

// "rmmod[41] of uid 0 in session 3 of user 0"
std::string who(const driver::Event &event);

// ": modprobe dummy"; "" where it is not known. Of any body that has a command line.
std::string command_of(const auto &body) {
    return body.command.empty() ? "" : ": " + body.command;
}

// "; its parent is bash[9]"
std::string parent_of(const auto &change) {
    return change.parent_pid == 0
               ? ""
               : fmt::format("; its parent is {}[{}]", change.parent_comm, change.parent_pid);
}

} // namespace mk
