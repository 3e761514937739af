// SPDX-License-Identifier: GPL-2.0-only
// A record of any size whose every byte can be checked by its sequence number.
#pragma once

#include <linux/modkeeper.h>

#include "lib/types.hpp"

class NumberedRecord {
  public:
    // A multiple of 8, from the header's size to MODKEEPER_RECORD_MAX.
    explicit NumberedRecord(mk::u32 size) : size_(size) {}

    mk::u32 size() const { return size_; }
    mk::u16 kind() const { return 77; }
    mk::u16 flags() const { return 0; }
    mk::u16 body_size() const { return 0; }
    void write(modkeeper_record &header) const {
        mk::u8 *bytes = reinterpret_cast<mk::u8 *>(&header);
        for (mk::u32 i = sizeof(header); i < size_; i++)
            bytes[i] = byte(header.sequence, i);
    }

    // Is @header followed by what write() wrote?
    static bool intact(const modkeeper_record &header) {
        const mk::u8 *bytes = reinterpret_cast<const mk::u8 *>(&header);
        for (mk::u32 i = sizeof(header); i < header.size; i++) {
            if (bytes[i] != byte(header.sequence, i))
                return false;
        }
        return header.kind == 77 && header.header_size == sizeof(header);
    }

  private:
    static mk::u8 byte(mk::u64 sequence, mk::u32 at) {
        return static_cast<mk::u8>(sequence * 31 + at);
    }

    mk::u32 size_;
};
