// SPDX-License-Identifier: GPL-2.0-only
// Decides which bytes are a record: sizes first, then the body by its kind, then the texts.
#include "driver_client/record_decoder.hpp"

#include <string_view>
#include <utility>

#include "driver_client/event_names.hpp"

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
    event.comm.assign(header.comm, strnlen(header.comm, sizeof(header.comm)));
    return event;
}

// Reads the texts of one record; bad() when one of them pointed outside of it.
class Texts {
  public:
    Texts(Bytes record, std::size_t fixed) : record_(record), fixed_(fixed) {}

    std::string operator()(modkeeper_text place) {
        auto text = text_of(record_, fixed_, place);
        bad_ = bad_ || !text;
        return text.value_or("");
    }
    // Tells an absent text from an empty one.
    std::optional<std::string> value(modkeeper_text place) {
        if (place.offset == 0 && place.length == 0)
            return std::nullopt;
        return (*this)(place);
    }
    bool bad() const { return bad_; }

  private:
    Bytes record_;
    std::size_t fixed_;
    bool bad_ = false;
};

template <std::size_t size> std::string comm_of(const char (&comm)[size]) {
    return std::string(comm, strnlen(comm, size));
}

ModuleEvent change_of(Bytes bytes, Texts &text) {
    const auto body = fixed_part<modkeeper_record_module>(bytes);
    ModuleEvent change;
    change.module = text(body.module);
    change.version = text(body.version);
    change.srcversion = text(body.srcversion);
    change.args = text(body.args);
    change.file = text(body.file);
    change.command = text(body.command);
    change.alias = text(body.alias);
    change.load_sequence = body.load_sequence;
    change.taints = {body.taints};
    change.core_bytes = body.core_bytes;
    change.init_bytes = body.init_bytes;
    change.file_bytes = body.file_bytes;
    change.duration_ns = body.duration_ns;
    change.init_ns = body.init_ns;
    change.error = body.error;
    change.stage = known_or(body.stage, Stage::Unknown);
    change.call = known_or(body.call, LoadCall::Unknown);
    change.call_flags = body.call_flags;
    change.signature = known_or(body.signature, Signature::Unknown);
    change.name_of_file = (body.details & MODKEEPER_DETAIL_NAME_OF_FILE) != 0;
    change.parent_pid = body.parent_pid;
    change.parent_comm = comm_of(body.parent_comm);
    change.link = known_or(body.link, Link::Uncertain);
    change.request_sequence = body.request_sequence;
    change.request_pid = body.request_pid;
    change.request_uid = body.request_uid;
    change.request_comm = comm_of(body.request_comm);
    change.file_inode = body.file_inode;
    change.file_major = body.file_major;
    change.file_minor = body.file_minor;
    change.mount_namespace = body.mount_namespace;
    change.other_root = (body.details & MODKEEPER_DETAIL_OTHER_ROOT) != 0;
    return change;
}

RefusedUnload refusal_of(Bytes bytes, Texts &text) {
    const auto body = fixed_part<modkeeper_record_refusal>(bytes);
    return {.module = text(body.module),
            .used_by = names_in(text(body.used_by)),
            .command = text(body.command),
            .duration_ns = body.duration_ns,
            .error = body.error,
            .reason = known_or(body.reason, RefusalReason::Unknown),
            .references = body.references,
            .call_flags = body.call_flags,
            .parent_pid = body.parent_pid,
            .parent_comm = comm_of(body.parent_comm)};
}

ModuleRequest request_of(Bytes bytes, Texts &text) {
    const auto body = fixed_part<modkeeper_record_request>(bytes);
    return {.alias = text(body.alias), .caller = text(body.caller), .waits = body.waits != 0};
}

ParameterWrite parameter_of(Bytes bytes, Texts &text) {
    const auto body = fixed_part<modkeeper_record_parameter>(bytes);
    return {.module = text(body.module),
            .parameter = text(body.parameter),
            .old_value = text.value(body.old_value),
            .new_value = text.value(body.new_value),
            .error = body.error};
}

ReferenceChange reference_of(Bytes bytes, Texts &text) {
    const auto body = fixed_part<modkeeper_record_reference>(bytes);
    return {.module = text(body.module),
            .caller = text(body.caller),
            .got = body.got != 0,
            .references = body.references};
}

Suppressed suppressed_of(Bytes bytes) {
    const auto body = fixed_part<modkeeper_record_suppressed>(bytes);
    return {.count = body.count,
            .kind = known_or(body.kind, EventKind::Lost),
            .since_boottime_ns = body.since_boottime_ns};
}

// Nothing: the kind is not known.
std::optional<Event::Body> body_of(std::uint16_t kind, Bytes body, Texts &text) {
    switch (kind) {
    case MODKEEPER_RECORD_LOST:
        return Lost{fixed_part<modkeeper_record_lost>(body).count};
    case MODKEEPER_RECORD_PRESENT:
    case MODKEEPER_RECORD_LOAD_BEGIN:
    case MODKEEPER_RECORD_LOAD_LIVE:
    case MODKEEPER_RECORD_LOAD_FAILED:
    case MODKEEPER_RECORD_UNLOAD:
        return change_of(body, text);
    case MODKEEPER_RECORD_UNLOAD_REFUSED:
        return refusal_of(body, text);
    case MODKEEPER_RECORD_REQUEST:
        return request_of(body, text);
    case MODKEEPER_RECORD_PARAMETER:
        return parameter_of(body, text);
    case MODKEEPER_RECORD_REFERENCE:
        return reference_of(body, text);
    case MODKEEPER_RECORD_MARK:
        return Mark{text(fixed_part<modkeeper_record_mark>(body).text)};
    case MODKEEPER_RECORD_SUPPRESSED:
        return suppressed_of(body);
    default:
        return std::nullopt;
    }
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
        Texts text(record, fixed);
        auto known = body_of(sizes.kind, body, text);
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
