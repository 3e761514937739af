// SPDX-License-Identifier: GPL-2.0-only
// The port to whatever does loads and unloads without holding up the event loop.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "engine/load_outcome.hpp"
#include "error.hpp"

namespace mk::bus {

class ModuleJobs {
  public:
    // @worker: the process that did it, as the driver's records name it; 0: none was started.
    using Loaded = std::function<void(engine::LoadOutcome outcome, pid_t worker)>;
    using Unloaded = std::function<void(Result<void> outcome)>;

    virtual ~ModuleJobs() = default;

    // The callback comes once, from the event loop or from within the call.
    virtual void load(engine::LoadRequest request, Loaded done) = 0;
    virtual void unload(std::string name, Unloaded done) = 0;
    // Until its callback has returned.
    virtual bool is_worker(pid_t process) const = 0;
};

} // namespace mk::bus
