// SPDX-License-Identifier: GPL-2.0-only
// The port to whatever runs work on files without holding up the event loop.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/error.hpp"

namespace mk::bus {

class BackgroundTasks {
  public:
    // Has nothing of the caller's state: what it returns is all that comes back.
    using Work = std::function<std::string()>;
    using Done = std::function<void(Result<std::string>)>;

    // Whom it is done for (see Caller). What anybody may ask for waits in a queue of its own: none
    // of it holds up what polkit has allowed.
    struct Owner {
        uid_t account = 0;
        bool is_authorized = false;
    };

    virtual ~BackgroundTasks() = default;

    // @done comes once, from the event loop or from within the call.
    virtual void run(const Owner &owner, Work work, Done done) = 0;
};

} // namespace mk::bus
