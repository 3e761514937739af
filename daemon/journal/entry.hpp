// SPDX-License-Identifier: GPL-2.0-only
// Codec of an event as a journal entry.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver_client/event.hpp"
#include "elf/build_id.hpp"
#include "system/kernel_state.hpp"

namespace mk::journal {

// "FIELD=value" each, as for sd_journal_sendv().
using Fields = std::vector<std::string>;

// Of the kernel that wrote the event, and of the build of a module that went live.
inline constexpr const char *kernel_release_field = "MODKEEPER_KERNEL_RELEASE";
inline constexpr const char *build_id_field = "MODKEEPER_BUILD_ID";

// Whether this event has an entry: a load, a failed load, an unload, a refused unload; what the
// policy denied or would have denied, unless an entry of the load says so; a change of the policy.
bool is_entered(const driver::Event &event);

// The entry of an event that is_entered(). Keys are the names of event_fields.hpp, in capitals
// after MODKEEPER_; MESSAGE, MESSAGE_ID, PRIORITY and ERRNO are as usual.
Fields entry_of(const driver::Event &event, const KernelState &kernel);

// In addition to those of a load. None: the module has no build ID.
Fields fields_of(const BuildId &build);

// From the fields of an entry. Nothing: it is not one of ours.
std::optional<driver::Event> event_of_entry(const std::map<std::string, std::string> &fields);

// The name of an event's field from that of the entry's; "" for any other.
std::string event_field(std::string_view entry_field);

} // namespace mk::journal
