// SPDX-License-Identifier: GPL-2.0-only
#include "core/mark.hpp"

#include "core/record.hpp"
#include "kernel/sched.hpp"

namespace mk {
namespace {

bool is_line(Text text) {
    for (usize i = 0; i < text.length(); i++) {
        u8 c = static_cast<u8>(text.data()[i]);
        if (c < ' ' || c == 0x7f)
            return false;
    }
    return !text.empty();
}

} // namespace

Result<> append_mark(Recorder &recorder, UserBytesIn from, usize size) {
    if (!current_may_load())
        return Errno::eperm;
    char line[MODKEEPER_MARK_MAX + 1]; // with its newline
    if (size > sizeof(line))
        return Errno::emsgsize;
    TRY(from.read(0, line, size));
    usize length = size && line[size - 1] == '\n' ? size - 1 : size;
    if (length > MODKEEPER_MARK_MAX)
        return Errno::emsgsize;
    if (!is_line({line, length}))
        return Errno::einval;
    MarkRecord record(MODKEEPER_RECORD_MARK);
    record.put(&modkeeper_record_mark::text, {line, length});
    recorder.append(record);
    recorder.wake_readers();
    return {};
}

} // namespace mk
