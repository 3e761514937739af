// SPDX-License-Identifier: GPL-2.0-only
// Course of an unload: in which order the modules go, and what goes with them.
#pragma once

#include "base/module_name.hpp"

namespace mk {

// Modules that modprobe loads with another one although it does not need them (softdeps).
struct SoftNeighbours {
    ModuleNames before;
    ModuleNames after;
};

// An unload step by step, for a kernel or for a picture of one.
class UnloadSteps {
  public:
    virtual ~UnloadSteps() = default;
    // False: it failed, and the rest is not tried.
    virtual bool unload_named(const ModuleName &name) = 0;
    // Whether it is gone.
    virtual bool unload_unused(const ModuleName &name) = 0;
    // Loaded, and nothing uses it.
    virtual bool is_unused(const ModuleName &name) = 0;
    virtual ModuleNames uses(const ModuleName &name) = 0;
    virtual SoftNeighbours beside(const ModuleName &name) = 0;
};

// Unloads the modules of @order by means of @steps, and then what only they used, if that is asked
// for.
void run_course(UnloadSteps &steps, const ModuleNames &order, bool with_unused_dependencies);

} // namespace mk
