// SPDX-License-Identifier: GPL-2.0-only
// The port to whatever runs work on files without holding up the event loop.
#pragma once

#include <functional>
#include <string>

#include "error.hpp"

namespace mk::bus {

class BackgroundJobs {
  public:
    // Has nothing of the caller's state: what it returns is all that comes back.
    using Work = std::function<std::string()>;
    using Done = std::function<void(Result<std::string>)>;

    virtual ~BackgroundJobs() = default;

    // @done comes once, from the event loop or from within the call.
    virtual void run(Work work, Done done) = 0;
};

} // namespace mk::bus
