// SPDX-License-Identifier: GPL-2.0-only
#include "core/parameter_events.hpp"

#include "core/record.hpp"

namespace mk {
namespace {

// Without the newline that echo adds.
Text line(Text text) {
    bool ended = !text.empty() && text.data()[text.length() - 1] == '\n';
    return text.first(text.length() - (ended ? 1 : 0));
}

// As a read of the parameter in sysfs would have shown it, written into @number.
Text shown(const mk_parameter_value &value, char (&number)[24]) {
    TextWriter writer(number, sizeof(number));
    switch (value.kind) {
    case MK_VALUE_SIGNED:
        writer.put_signed(static_cast<s64>(value.number));
        break;
    case MK_VALUE_UNSIGNED:
        writer.put_number(value.number);
        break;
    case MK_VALUE_HEX:
        writer.put_hex(value.number, 6);
        break;
    case MK_VALUE_BOOL:
        writer.put(value.number ? 'Y' : 'N');
        break;
    case MK_VALUE_UNKNOWN:
        break;
    }
    return {number, writer.length()};
}

// The record is readable by others than root. They are not in root's group, so only the permission
// for all counts.
bool may_be_told(const mk_parameter_write &write) {
    constexpr u32 others_read = 0004;
    return write.mode & others_read;
}

} // namespace

void ParameterEvents::written(const mk_parameter_write &write, long result) {
    using Body = modkeeper_record_parameter;
    Standing standing = current_standing(calls_);
    if (!limits_.admit(standing, MODKEEPER_RECORD_PARAMETER))
        return;
    ParameterRecord record(MODKEEPER_RECORD_PARAMETER);
    char number[24];
    record.put(&Body::module, Text::from_c(write.module), name_text_max);
    record.put(&Body::parameter, Text::from_c(write.parameter), name_text_max);
    if (may_be_told(write)) {
        record.put(&Body::old_value, shown(write.old, number));
        usize kept = min<usize>(write.new_bytes, sizeof(write.new_value));
        record.put(&Body::new_value, line({write.new_value, kept}), value_text_max);
        if (kept < write.new_bytes)
            record.mark_cut();
    }
    record.body().error = result < 0 ? static_cast<__s32>(-result) : 0;
    recorder_.append(record, standing.trusted ? Lane::trusted : Lane::anybody);
    recorder_.wake_readers_soon();
}

} // namespace mk
