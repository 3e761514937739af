// SPDX-License-Identifier: GPL-2.0-only
#include "core/filter.hpp"

#include "core/record.hpp"
#include "lib/glob.hpp"

namespace mk {
namespace {

constexpr u64 all_kinds = (2ULL << last_record_kind) - 2; // from LOST on

// Longest name that a record of the ring begins with.
constexpr usize longest = name_text_max > alias_text_max ? name_text_max : alias_text_max;

// Of a record that is being overwritten @kind may be anything.
bool has_name(u16 kind) {
    return kind <= last_record_kind && (named_record_kinds >> kind & 1);
}

} // namespace

Result<Filter> Filter::create(const modkeeper_filter &request) {
    if ((request.kinds & ~all_kinds) || request.reserved)
        return Errno::einval;
    Filter filter;
    filter.kinds_ = request.kinds;
    while (filter.length_ < sizeof(request.name) && request.name[filter.length_])
        filter.length_++;
    if (filter.length_ == sizeof(request.name) || !Glob({request.name, filter.length_}).valid())
        return Errno::einval;
    copy_bytes(filter.glob_, request.name, filter.length_);
    return filter;
}

bool Filter::passes(const modkeeper_record &record, u32 size) const {
    u16 kind = read_once(record.kind);
    if (kinds_ && (kind > last_record_kind || !(kinds_ >> kind & 1)))
        return false;
    return !length_ || (has_name(kind) && passes_name(record, size));
}

// What is read here is held to the record's bounds even where it is being overwritten.
bool Filter::passes_name(const modkeeper_record &record, u32 size) const {
    auto &name = reinterpret_cast<const modkeeper_text &>(*(&record + 1));
    if (read_once(record.body_size) < sizeof(name) || size < sizeof(record) + sizeof(name))
        return false;
    u32 offset = read_once(name.offset), length = read_once(name.length);
    if (length > longest || offset > size || length > size - offset)
        return false;
    // A copy, so that the text cannot change while it is matched.
    char text[longest];
    const char *from = reinterpret_cast<const char *>(&record) + offset;
    for (u32 i = 0; i < length; i++)
        text[i] = read_once(from[i]);
    return Glob({glob_, length_}).matches({text, length});
}

} // namespace mk
