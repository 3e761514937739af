// SPDX-License-Identifier: GPL-2.0-only
// Writes to parameters in sysfs: what is recorded of the values depends on who may read the file.
#pragma once

#include "core/limits.hpp"
#include "core/recorder.hpp"
#include "core/syscalls.hpp"
#include "kapi/core.h"

namespace mk {

// Any context.
class ParameterEvents {
  public:
    ParameterEvents(Recorder &recorder, Calls &calls, Limits &limits)
        : recorder_(recorder), calls_(calls), limits_(limits) {}

    // @result: as the write returned it, its length or -errno.
    void written(const mk_parameter_write &write, long result);

  private:
    Recorder &recorder_;
    Calls &calls_;
    Limits &limits_;
};

} // namespace mk
