// SPDX-License-Identifier: GPL-2.0-only
#include "core/record.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

constexpr usize fixed_bytes = sizeof(modkeeper_record) + sizeof(modkeeper_record_module);

// Longest texts; the parameters get what is left.
constexpr usize name_max = MODKEEPER_NAME_SIZE - 1;
constexpr usize version_max = 255;
constexpr usize srcversion_max = 63;

static_assert(sizeof(modkeeper_record) % 8 == 0 && sizeof(modkeeper_record_module) % 8 == 0);
static_assert(__has_unique_object_representations(modkeeper_record_module));
static_assert(__has_unique_object_representations(LostRecord));
static_assert(fixed_bytes + name_max + version_max + srcversion_max + 64 < MODKEEPER_RECORD_MAX);

usize stored_bytes(Text text) {
    return text.empty() ? 0 : text.length() + 1;
}

// Puts @text at @end and moves @end behind its NUL.
modkeeper_text put_text(u8 *record, u32 &end, Text text) {
    if (text.empty())
        return {0, 0};
    modkeeper_text placed = {end, static_cast<u32>(text.length())};
    copy_bytes(record + end, text.data(), text.length());
    record[end + text.length()] = 0;
    end += placed.length + 1;
    return placed;
}

u64 sum(const __u64 *bytes, usize first, usize last) {
    u64 total = 0;
    for (usize i = first; i <= last; i++)
        total += bytes[i];
    return total;
}

} // namespace

ModuleRecord::ModuleRecord(modkeeper_record_kind kind, const ModuleFacts &facts, LoadOrigin origin)
    : kind_(kind), facts_(facts), origin_(origin) {
    name_ = bounded(facts.name, name_max);
    version_ = bounded(facts.version, version_max);
    srcversion_ = bounded(facts.srcversion, srcversion_max);
    usize bytes =
        fixed_bytes + stored_bytes(name_) + stored_bytes(version_) + stored_bytes(srcversion_);
    if (kind == MODKEEPER_RECORD_LOAD_BEGIN)
        args_ = bounded(facts.args, MODKEEPER_RECORD_MAX - bytes - 1);
    size_ = static_cast<u32>(align_up<usize>(bytes + stored_bytes(args_), 8));
}

Text ModuleRecord::bounded(const char *text, usize length_max) {
    Text whole = Text::from_c(text);
    truncated_ |= whole.length() > length_max;
    return whole.first(length_max);
}

void ModuleRecord::write(modkeeper_record &header) const {
    u8 *record = reinterpret_cast<u8 *>(&header);
    auto &body = *reinterpret_cast<modkeeper_record_module *>(&header + 1);
    u32 end = fixed_bytes;
    body.name = put_text(record, end, name_);
    body.version = put_text(record, end, version_);
    body.srcversion = put_text(record, end, srcversion_);
    body.args = put_text(record, end, args_);
    clear_bytes(record + end, size_ - end);

    bool begins = kind_ == MODKEEPER_RECORD_LOAD_BEGIN || kind_ == MODKEEPER_RECORD_PRESENT;
    bool ends_load = kind_ == MODKEEPER_RECORD_LOAD_LIVE || kind_ == MODKEEPER_RECORD_LOAD_FAILED;
    body.load_sequence = begins ? header.sequence : origin_.sequence;
    body.taints = facts_.taints;
    body.core_bytes = sum(facts_.memory, MODKEEPER_MEMORY_TEXT, MODKEEPER_MEMORY_DATA);
    body.init_bytes = sum(facts_.memory, MODKEEPER_MEMORY_INIT_TEXT, MODKEEPER_MEMORY_INIT_DATA);
    body.duration_ns =
        ends_load && origin_.boottime_ns ? header.boottime_ns - origin_.boottime_ns : 0;
    body.error = 0;
    body.stage =
        kind_ == MODKEEPER_RECORD_LOAD_FAILED ? MODKEEPER_STAGE_UNKNOWN : MODKEEPER_STAGE_NONE;
}

LostRecord lost_record(u64 sequence, u64 count, u64 boottime_ns, u64 realtime_ns) {
    LostRecord lost = {};
    lost.header.size = sizeof(LostRecord);
    lost.header.kind = MODKEEPER_RECORD_LOST;
    lost.header.header_size = sizeof(modkeeper_record);
    lost.header.body_size = sizeof(modkeeper_record_lost);
    lost.header.sequence = sequence;
    lost.header.boottime_ns = boottime_ns;
    lost.header.realtime_ns = realtime_ns;
    lost.header.loginuid = ~0U;
    lost.body.count = count;
    return lost;
}

} // namespace mk
