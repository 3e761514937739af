// SPDX-License-Identifier: GPL-2.0-only
#include "core/request_events.hpp"

#include "core/caller.hpp"
#include "core/record.hpp"
#include "kernel/ktime.hpp"
#include "kernel/sched.hpp"

namespace mk {

void RequestEvents::made(Text alias, bool waits, unsigned long caller) {
    using Body = modkeeper_record_request;
    Standing standing = current_standing(calls_);
    // The load that it causes is linked to it even then.
    if (!limits_.admit(standing, MODKEEPER_RECORD_REQUEST)) {
        requests_.asked(0, times_now().boottime_ns, current_task(), standing, alias, waits);
        return;
    }
    RequestRecord record(MODKEEPER_RECORD_REQUEST);
    SymbolText symbol;
    if (!symbols_.name(caller, symbol))
        record.mark_cut();
    record.put(&Body::alias, alias, alias_text_max);
    record.put(&Body::caller, symbol.text());
    record.body().waits = waits;
    Caller asker = Caller::current();
    asker.put(record);
    Recorder::Stamp stamp = recorder_.append(record, Lane::anybody);
    requests_.asked(stamp.sequence, stamp.boottime_ns, current_task(), standing, alias, waits);
    recorder_.wake_readers_soon();
}

void RequestEvents::returned() {
    requests_.returned(current_task().pid, times_now().boottime_ns);
}

} // namespace mk
