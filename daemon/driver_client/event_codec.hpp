// SPDX-License-Identifier: GPL-2.0-only
// An event as names and values, and back: what JSON, D-Bus and the journal carry.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "driver_client/event.hpp"

namespace mk::driver {

using FieldValue = std::variant<std::uint64_t, std::string, bool, std::vector<std::string>>;

struct Field {
    std::string_view name;
    FieldValue value;
};

// What is known, in the order of field_names().
std::vector<Field> fields_of(const Event &event);

// The names of all facts of all kinds of events.
const std::vector<std::string_view> &field_names();

// Values as text; what fields_of() left out stays absent and unknown names are passed over.
// Nothing: there is no kind that is known, or a number is none.
std::optional<Event> event_of(const std::map<std::string, std::string> &texts);

} // namespace mk::driver
