// SPDX-License-Identifier: GPL-2.0-only
// Cache of the names of addresses in the kernel's code. The same few callers come again and again,
// and a look-up takes the kernel thousands of instructions.
#pragma once

#include "core/record.hpp"
#include "kernel/spinlock.hpp"
#include "lib/fixed_text.hpp"

namespace mk {

using SymbolText = FixedText<caller_text_max>;

// Any context.
class Symbols {
  public:
    // "symbol+0xoffset/0xsize [module]", or nothing for an address without a name. False: cut.
    bool name(unsigned long address, SymbolText &text);
    // A module is being loaded, whose code may be where another module's was. Called before any of
    // it runs.
    void forget();

  private:
    static constexpr usize places = 8;

    struct Known {
        unsigned long address = 0;
        u64 generation = 0; // of the modules that were there; 0: free
        bool whole = true;
        SymbolText text;
    };
    struct Table {
        Known known[places];
        u64 generation = 1;
    };

    SpinLock<Table> table_;
};

} // namespace mk
