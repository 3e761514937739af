// SPDX-License-Identifier: GPL-2.0-only
#include "core/sightings.hpp"

#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/sched.hpp"
#include "lib/fixed_text.hpp"

namespace mk {
namespace {

using SymbolText = FixedText<caller_text_max>;

bool name_symbol(SymbolText &text, unsigned long address) {
    return text.fill([address](char *to, usize room) { return mk_symbol_text(address, to, room); });
}

// Without the newline that echo puts behind it.
Text line(const char *text, usize room) {
    Text whole = Text::from_c(text).first(room);
    bool ended = !whole.empty() && whole.data()[whole.length() - 1] == '\n';
    return whole.first(whole.length() - (ended ? 1 : 0));
}

} // namespace

void Sightings::request_made(Text alias, bool waits, unsigned long caller) {
    using Body = modkeeper_record_request;
    RequestRecord record(MODKEEPER_RECORD_REQUEST);
    SymbolText symbol;
    if (!name_symbol(symbol, caller))
        record.mark_cut();
    record.put(&Body::alias, alias, alias_text_max);
    record.put(&Body::caller, symbol.text());
    record.body().waits = waits;
    Recorder::Stamp stamp = recorder_.append(record);
    requests_.asked(stamp.sequence, stamp.boottime_ns, current_task(), alias);
    recorder_.wake_readers_soon();
}

void Sightings::request_returned() {
    requests_.returned(current_task().pid, times_now().boottime_ns);
}

void Sightings::parameter_written(const mk_parameter_write &write, long result) {
    using Body = modkeeper_record_parameter;
    ParameterRecord record(MODKEEPER_RECORD_PARAMETER);
    record.put(&Body::module, line(write.module, sizeof(write.module)));
    record.put(&Body::parameter, line(write.parameter, sizeof(write.parameter)));
    if (write.old_known)
        record.put(&Body::old_value, line(write.old_value, sizeof(write.old_value)));
    record.put(&Body::new_value, line(write.new_value, sizeof(write.new_value)));
    if (write.cut)
        record.mark_cut();
    record.body().error = result < 0 ? static_cast<__s32>(-result) : 0;
    recorder_.append(record);
    recorder_.wake_readers_soon();
}

void Sightings::reference(Module module, unsigned long caller, bool got) {
    using Body = modkeeper_record_reference;
    ReferenceRecord record(MODKEEPER_RECORD_REFERENCE);
    SymbolText symbol;
    if (!name_symbol(symbol, caller))
        record.mark_cut();
    record.put(&Body::module, Text::from_c(module.facts().name), name_text_max);
    record.put(&Body::caller, symbol.text());
    record.body().got = got;
    record.body().references = module.references();
    recorder_.append(record);
    recorder_.wake_readers_soon();
}

} // namespace mk
