// SPDX-License-Identifier: GPL-2.0-only
#include "core/symbol_cache.hpp"

#include "kapi/kapi.h"

namespace mk {

bool Symbols::name(unsigned long address, SymbolText &text) {
    usize place = address / 4 % places;
    u64 generation;
    {
        auto table = table_.lock();
        const Known &known = table->known[place];
        if (known.address == address && known.generation == table->generation) {
            text = known.text.text();
            return known.whole;
        }
        generation = table->generation;
    }
    bool whole =
        text.fill([address](char *to, usize room) { return mk_symbol_text(address, to, room); });
    auto table = table_.lock();
    Known &known = table->known[place];
    known.address = address;
    known.generation = generation;
    known.whole = whole;
    known.text = text.text();
    return whole;
}

void Symbols::forget() {
    table_.lock()->generation++;
}

} // namespace mk
