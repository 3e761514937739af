// SPDX-License-Identifier: GPL-2.0-only
// References to modules that are taken and given back, with the code that does it.
#pragma once

#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"

namespace mk {

// Any context.
class ReferenceEvents {
  public:
    ReferenceEvents(Recorder &recorder, Calls &calls, Symbols &symbols, Limits &limits)
        : recorder_(recorder), calls_(calls), symbols_(symbols), limits_(limits) {}

    // @got: taken, else given back; at the address @caller.
    void changed(Module module, unsigned long caller, bool got);

  private:
    Recorder &recorder_;
    Calls &calls_;
    Symbols &symbols_;
    Limits &limits_;
};

} // namespace mk
