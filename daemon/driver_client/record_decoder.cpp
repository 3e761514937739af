// SPDX-License-Identifier: GPL-2.0-only
// Decoder of records: it checks the sizes, then decodes the body by its kind, then the texts.
#include "driver_client/record_decoder.hpp"

#include <string_view>
#include <utility>

#include "driver_client/record_bodies.hpp"

namespace mk::driver {
namespace {

// Sizes and kind: without these there is no next record to go to.
constexpr std::size_t least_header = offsetof(modkeeper_record, cpu);

Error malformed(std::size_t position, std::string_view what) {
    return Error{ErrorCode::Failed, "the driver returned a malformed record (" + std::string(what) +
                                        ", byte " + std::to_string(position) + ")"};
}

Event event_of(const modkeeper_record &header) {
    Event event{};
    event.kind = static_cast<EventKind>(header.kind);
    event.truncated = (header.flags & MODKEEPER_RECORD_TRUNCATED) != 0;
    event.anybody = (header.flags & MODKEEPER_RECORD_ANYBODY) != 0;
    event.sequence = header.sequence;
    event.boottime_ns = header.boottime_ns;
    event.realtime_ns = header.realtime_ns;
    event.cpu = header.cpu;
    event.pid = header.pid;
    event.tgid = header.tgid;
    event.uid = header.uid;
    event.loginuid = header.loginuid;
    event.comm = comm_of(header.comm);
    return event;
}

} // namespace

Result<std::vector<Event>> decode_records(Bytes bytes) {
    std::vector<Event> events;
    std::size_t position = 0;
    while (position < bytes.size()) {
        const Bytes rest = bytes.subspan(position);
        if (rest.size() < least_header)
            return malformed(position, "header cut off");
        const auto sizes = fixed_part<modkeeper_record>(rest.first(least_header));
        if (sizes.size > rest.size())
            return malformed(position, "longer than what was read");
        if (sizes.size % 8 != 0 || sizes.header_size < least_header ||
            std::size_t{sizes.header_size} + sizes.body_size > sizes.size)
            return malformed(position, "impossible sizes");

        const Bytes record = rest.first(sizes.size);
        const std::size_t fixed = std::size_t{sizes.header_size} + sizes.body_size;
        const Bytes body = record.subspan(sizes.header_size, sizes.body_size);
        RecordTexts text(record, fixed);
        auto known = decode_body(sizes.kind, body, text);
        if (text.bad())
            return malformed(position, "text out of bounds");
        if (known) {
            events.push_back(
                event_of(fixed_part<modkeeper_record>(record.first(sizes.header_size))));
            events.back().body = std::move(*known);
        }
        position += sizes.size;
    }
    return events;
}

} // namespace mk::driver
