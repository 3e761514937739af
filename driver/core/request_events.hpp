// SPDX-License-Identifier: GPL-2.0-only
// Requests of the kernel for modules: each is recorded, and remembered for the load that it causes.
#pragma once

#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/request_module.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscalls.hpp"
#include "lib/text.hpp"

namespace mk {

// Any context.
class RequestEvents {
  public:
    RequestEvents(Recorder &recorder, Calls &calls, Requests &requests, Symbols &symbols,
                  Limits &limits)
        : recorder_(recorder), calls_(calls), requests_(requests), symbols_(symbols),
          limits_(limits) {}

    // The current task asks for @alias at the address @caller.
    void made(Text alias, bool waits, unsigned long caller);
    // The current task has run a helper to its end, perhaps for a request.
    void returned();

  private:
    Recorder &recorder_;
    Calls &calls_;
    Requests &requests_;
    Symbols &symbols_;
    Limits &limits_;
};

} // namespace mk
