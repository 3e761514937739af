// SPDX-License-Identifier: GPL-2.0-only
// One event of the driver as a line for people, and as JSON for programs.
#pragma once

#include <string>

#include "cli/output/json.hpp"
#include "driver_client/event.hpp"

namespace mk::cli {

// The column headings of event_line().
std::string event_titles();

// Fixed columns, so that lines of a stream are aligned. No newline.
std::string event_line(const driver::Event &event);

// Every key in every event, null if it is not known or has no meaning.
Json json_of(const driver::Event &event);
// The same as one line, without its end.
std::string event_json(const driver::Event &event);

} // namespace mk::cli
