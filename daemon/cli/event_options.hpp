// SPDX-License-Identifier: GPL-2.0-only
// Options that select events, common to all commands that show events.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {

struct EventOptions {
    std::string kinds; // separated by commas
    std::string module;
    bool failed = false;
    std::string since;
    std::string until;
    int lines = 0; // 0: all

    // --failed, --since, --until, --lines
    void add_to(Command &command);
    // --kind, --module
    void add_names_to(Command &command);

    // InvalidArgument names the invalid option.
    Result<driver::EventFilter> filter() const;
    std::optional<std::size_t> most() const;
};

} // namespace mk::cli
