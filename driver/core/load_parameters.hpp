// SPDX-License-Identifier: GPL-2.0-only
// The parameters of a load where the kernel keeps them to itself: as they are in the memory of
// the task that loads.
//
// The kernel has made its own copy a moment before. The task may change the text in between: who
// may load modules can thus have other parameters recorded and judged than the kernel parses.
#pragma once

#include "core/record.hpp"
#include "core/syscalls.hpp"
#include "kernel/module.hpp"
#include "kernel/slab.hpp"

namespace mk {

// Process context, in the task that loads.
class LoadParameters {
  public:
    // Sets the args of @facts, which borrow from here, unless they have some. Waits for no memory
    // to be paged in, as others wait for this notification: where it is not there, or has changed
    // since the call began, the args are what @call had then, and cut. @call, NULL: it was not
    // seen.
    LoadParameters(ModuleFacts &facts, const Call *call);
    LoadParameters(const LoadParameters &) = delete;
    LoadParameters &operator=(const LoadParameters &) = delete;

  private:
    bool read(UserText text, const Call *call);
    void take_beginning(const Call *call);

    Buffer whole_;
    char beginning_[load_text_max + 1];
};

} // namespace mk
