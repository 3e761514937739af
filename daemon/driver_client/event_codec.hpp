// SPDX-License-Identifier: GPL-2.0-only
// Codec of an event as names and values, which JSON, D-Bus and the journal carry.
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

// The known fields, in the order of field_names().
std::vector<Field> fields_of(const Event &event);

// The names of all fields of all kinds of events.
const std::vector<std::string_view> &field_names();

// Values as text; fields that fields_of() left out stay absent, and unknown names are skipped.
// Nothing: the kind is unknown, or a number is invalid.
std::optional<Event> event_of(const std::map<std::string, std::string> &texts);

} // namespace mk::driver
