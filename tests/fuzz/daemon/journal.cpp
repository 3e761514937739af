// SPDX-License-Identifier: GPL-2.0-only
// Fields of an entry in the journal, which any service of root's may have written: NAME=value, each
// up to a NUL. What is taken for an event says the same when it is written again.
#include <algorithm>
#include <map>
#include <string>

#include "base/text_file.hpp"
#include "driver_client/event_codec.hpp"
#include "input.hpp"
#include "journal/entry.hpp"
#include "journal/job_entry.hpp"

namespace {

using Fields = std::map<std::string, std::string>;

void put(Fields &fields, std::string_view field) {
    const auto equals = field.find('=');
    if (equals != field.npos)
        fields.emplace(field.substr(0, equals), field.substr(equals + 1));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Fields fields;
    for (const auto field : mk::split(text_of_input(data, size), std::string_view("\0", 1)))
        put(fields, field);
    (void)mk::journal::origin_of_entry(fields);
    const auto event = mk::journal::event_of_entry(fields);
    if (!event)
        return 0;
    Fields again;
    for (const auto &field : mk::journal::entry_of(*event, {}))
        put(again, field);
    MUST(std::all_of(again["MESSAGE"].begin(), again["MESSAGE"].end(),
                     [](char c) { return c >= 0x20 && c < 0x7f; }));
    const auto back = mk::journal::event_of_entry(again);
    MUST(back);
    const auto facts = mk::driver::fields_of(*event);
    const auto same = mk::driver::fields_of(*back);
    MUST(facts.size() == same.size());
    for (std::size_t i = 0; i < facts.size(); ++i)
        MUST(facts[i].name == same[i].name && facts[i].value == same[i].value);
    return 0;
}
