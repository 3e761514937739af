// SPDX-License-Identifier: GPL-2.0-only
// The options that every command which shows events has: which of them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "driver_client/event_filter.hpp"

namespace mk::cli {

struct EventOptions {
    std::string kinds; // with a comma between them
    std::string module;
    bool failed = false;
    std::string since;
    std::string until;
    int lines = 0; // 0: all

    // --failed, --since, --until, --lines
    void add_to(Command &command);
    // --kind, --module
    void add_names_to(Command &command);

    // InvalidArgument names the option that cannot be meant.
    Result<driver::EventFilter> filter() const;
    std::optional<std::size_t> most() const;
};

} // namespace mk::cli
