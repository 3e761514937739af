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

Result<> append_line(Recorder &recorder, UserBytesIn from, usize size) {
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
    return {};
}

void append_refusal(Recorder &recorder, Errno error, usize size) {
    Record<modkeeper_record_refused_mark, 1> record(MODKEEPER_RECORD_MARK_REFUSED);
    record.body().error = -to_c(error);
    record.body().written_bytes = static_cast<u32>(min<usize>(size, ~0U));
    recorder.append(record);
}

} // namespace

Result<> append_mark(Recorder &recorder, UserBytesIn from, usize size) {
    if (!current_may_load())
        return Errno::eperm;
    Result<> appended = append_line(recorder, from, size);
    if (!appended.ok())
        append_refusal(recorder, appended.error(), size);
    recorder.wake_readers();
    return appended;
}

} // namespace mk
