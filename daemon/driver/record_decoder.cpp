// SPDX-License-Identifier: GPL-2.0-only
// Decides which bytes are a record: sizes first, then the body by its kind, then the texts.
#include "driver/record_decoder.hpp"

#include <string_view>

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
    event.sequence = header.sequence;
    event.boottime_ns = header.boottime_ns;
    event.realtime_ns = header.realtime_ns;
    event.cpu = header.cpu;
    event.pid = header.pid;
    event.tgid = header.tgid;
    event.uid = header.uid;
    event.loginuid = header.loginuid;
    event.comm.assign(header.comm, strnlen(header.comm, sizeof(header.comm)));
    return event;
}

// False: a text points outside of the record.
bool add_module(Event &event, Bytes record, std::size_t fixed, Bytes body_bytes) {
    const auto body = fixed_part<modkeeper_record_module>(body_bytes);
    auto name = text_of(record, fixed, body.name);
    auto version = text_of(record, fixed, body.version);
    auto srcversion = text_of(record, fixed, body.srcversion);
    auto args = text_of(record, fixed, body.args);
    if (!name || !version || !srcversion || !args)
        return false;
    event.module = std::move(*name);
    event.version = std::move(*version);
    event.srcversion = std::move(*srcversion);
    event.args = std::move(*args);
    event.load_sequence = body.load_sequence;
    event.taints = body.taints;
    event.core_bytes = body.core_bytes;
    event.init_bytes = body.init_bytes;
    event.duration_ns = body.duration_ns;
    event.error = body.error;
    event.stage = body.stage;
    return true;
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
        Event event = event_of(fixed_part<modkeeper_record>(record.first(sizes.header_size)));
        switch (event.kind) {
        case EventKind::Lost:
            event.lost = fixed_part<modkeeper_record_lost>(body).count;
            events.push_back(std::move(event));
            break;
        case EventKind::Present:
        case EventKind::LoadBegin:
        case EventKind::LoadLive:
        case EventKind::LoadFailed:
        case EventKind::Unload:
            if (!add_module(event, record, fixed, body))
                return malformed(position, "text out of bounds");
            events.push_back(std::move(event));
            break;
        default:
            break;
        }
        position += sizes.size;
    }
    return events;
}

} // namespace mk::driver
