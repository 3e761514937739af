// SPDX-License-Identifier: GPL-2.0-only
#include "core/reference_events.hpp"

#include "core/record.hpp"

namespace mk {

void ReferenceEvents::changed(Module module, unsigned long caller, bool got) {
    using Body = modkeeper_record_reference;
    if (!limits_.admit(current_standing(calls_), MODKEEPER_RECORD_REFERENCE))
        return;
    ReferenceRecord record(MODKEEPER_RECORD_REFERENCE);
    SymbolText symbol;
    if (!symbols_.name(caller, symbol))
        record.mark_cut();
    record.put(&Body::module, module.name(), name_text_max);
    record.put(&Body::caller, symbol.text());
    record.body().got = got;
    record.body().references = module.references();
    recorder_.append(record, Lane::anybody);
    recorder_.wake_readers_soon();
}

} // namespace mk
