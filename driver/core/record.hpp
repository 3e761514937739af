// SPDX-License-Identifier: GPL-2.0-only
// What a record says and how it is laid out; see the uapi header for the format.
#pragma once

#include <linux/modkeeper.h>

#include "kernel/module.hpp"
#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// Where the load that a record belongs to began, as far as it was seen.
struct LoadOrigin {
    u64 sequence = 0;    // of its LOAD_BEGIN or PRESENT record, 0: not seen
    u64 boottime_ns = 0; // of its LOAD_BEGIN record, 0: not seen
};

// A PRESENT, LOAD_* or UNLOAD record: measured first, then written where it shall lie. Borrows
// the texts of @facts.
class ModuleRecord {
  public:
    ModuleRecord(modkeeper_record_kind kind, const ModuleFacts &facts, LoadOrigin origin);

    u16 kind() const { return static_cast<u16>(kind_); }
    u16 flags() const { return truncated_ ? MODKEEPER_RECORD_TRUNCATED : 0; }
    u16 body_size() const { return sizeof(modkeeper_record_module); }
    // Of the whole record: a multiple of 8, MODKEEPER_RECORD_MAX at the most.
    u32 size() const { return size_; }

    // Fills the size() bytes at @header, which is complete, behind it.
    void write(modkeeper_record &header) const;

  private:
    Text bounded(const char *text, usize length_max);

    modkeeper_record_kind kind_;
    const ModuleFacts &facts_;
    LoadOrigin origin_;
    bool truncated_ = false;
    u32 size_;
    Text name_, version_, srcversion_, args_;
};

// A LOST record as it is copied out.
struct LostRecord {
    modkeeper_record header;
    modkeeper_record_lost body;
};

// @count records from @sequence on are missing; it happened no later than @boottime_ns.
LostRecord lost_record(u64 sequence, u64 count, u64 boottime_ns, u64 realtime_ns);

} // namespace mk
