// SPDX-License-Identifier: GPL-2.0-only
// What an event is as an entry of the journal, and back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver_client/event.hpp"
#include "system/kernel_state.hpp"

namespace mk::journal {

// "FIELD=value" each, as sd_journal_sendv() wants them.
using Fields = std::vector<std::string>;

// Has this event an entry: a load, a failed one, an unload, a refused one?
bool is_entered(const driver::Event &event);

// Of an event that is_entered(). Its fields by the names of event_fields.hpp, in capitals behind
// MODKEEPER_; MESSAGE, MESSAGE_ID, PRIORITY and ERRNO as everybody's.
Fields entry_of(const driver::Event &event, const KernelState &kernel);

// From what the journal has, by field. Nothing: it is not of ours.
std::optional<driver::Event> event_of_entry(const std::map<std::string, std::string> &fields);

// The name of an event's field by that of the entry's; "" for any other.
std::string event_field(std::string_view entry_field);

} // namespace mk::journal
