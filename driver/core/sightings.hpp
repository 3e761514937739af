// SPDX-License-Identifier: GPL-2.0-only
// What is recorded beside loads and unloads: requests of the kernel, writes of parameters,
// references, and marks of users.
#pragma once

#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/request_module.hpp"
#include "core/symbol_cache.hpp"
#include "core/syscalls.hpp"
#include "kapi/core.h"
#include "kernel/module.hpp"

namespace mk {

// Any context where nothing else is said.
class Sightings {
  public:
    Sightings(Recorder &recorder, Calls &calls, Requests &requests, Symbols &symbols,
              Limits &limits)
        : recorder_(recorder), calls_(calls), requests_(requests), symbols_(symbols),
          limits_(limits) {}

    void request_made(Text alias, bool waits, unsigned long caller);
    void request_returned();
    void parameter_written(const mk_parameter_write &write, long result);
    void reference(Module module, unsigned long caller, bool got);

  private:
    Recorder &recorder_;
    Calls &calls_;
    Requests &requests_;
    Symbols &symbols_;
    Limits &limits_;
};

} // namespace mk
