// SPDX-License-Identifier: GPL-2.0-only
// Blob of a policy as POLICY_SET takes it: the check of every byte that a judge will use, and a
// view of what was checked. It needs no kernel: the daemon links the same objects.
#pragma once

#include <linux/modkeeper.h>

#include "lib/text.hpp"
#include "lib/types.hpp"

namespace mk {

// What is wrong with a blob, and where. Any context.
struct PolicyFault {
    modkeeper_policy_fault fault = MODKEEPER_POLICY_FAULT_NONE;
    u32 offset = 0;

    bool found() const { return fault != MODKEEPER_POLICY_FAULT_NONE; }
};

// @bytes are aligned to 8, and do not change meanwhile. Any context; it takes as long as the blob
// is.
PolicyFault check_policy(const u8 *bytes, usize size);

// Index of a gate in what has an entry for each.
constexpr u32 index_of(modkeeper_policy_gate gate) {
    return static_cast<u32>(gate) - MODKEEPER_POLICY_GATE_LOAD;
}

// Borrows bytes that have passed check_policy().
class PolicyBlob {
  public:
    explicit PolicyBlob(const u8 *bytes) : bytes_(bytes) {}

    const modkeeper_policy &header() const { return *at<modkeeper_policy>(0); }
    const u8 *bytes() const { return bytes_; }
    u32 rule_count() const { return header().rule_count; }
    u32 name_count() const { return header().name_count; }
    const modkeeper_policy_rule &rule(u32 index) const {
        return at<modkeeper_policy_rule>(header().rules_offset)[index];
    }
    const modkeeper_policy_name &name(u32 index) const {
        return at<modkeeper_policy_name>(header().names_offset)[index];
    }
    const modkeeper_policy_condition &condition(u32 index) const {
        return at<modkeeper_policy_condition>(header().conditions_offset)[index];
    }
    Text text(u32 offset) const {
        const char *start = start_of(offset);
        return {start, length_within(start, header().texts_size - offset)};
    }
    const char *start_of(u32 offset) const {
        return reinterpret_cast<const char *>(bytes_) + header().texts_offset + offset;
    }

  private:
    template <typename T> const T *at(u32 offset) const {
        return reinterpret_cast<const T *>(bytes_ + offset);
    }

    const u8 *bytes_;
};

} // namespace mk
