// SPDX-License-Identifier: GPL-2.0-only
// The record that is measured, made anew each time as the driver does.
#pragma once

#include <string>

#include "core/record.hpp"

namespace mk::bench {

constexpr u32 record_bytes = 200;

inline std::string text_of_mark() {
    return std::string(record_bytes - sizeof(modkeeper_record) - sizeof(modkeeper_record_mark) - 1,
                       'x');
}

// Borrows @text.
inline MarkRecord mark_of(const std::string &text) {
    MarkRecord record(MODKEEPER_RECORD_MARK);
    record.put(&modkeeper_record_mark::text, {text.data(), text.size()});
    return record;
}

} // namespace mk::bench
