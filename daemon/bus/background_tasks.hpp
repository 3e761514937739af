// SPDX-License-Identifier: GPL-2.0-only
// Interface to the runner of file work that must not block the event loop.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/error.hpp"

namespace mk::bus {

class BackgroundTasks {
  public:
    // It has none of the caller's state: its result is all that comes back.
    using Work = std::function<std::string()>;
    using Done = std::function<void(Result<std::string>)>;

    // The account it is done for (see Caller). Work that anybody may request has a queue of its
    // own: it never delays work that polkit has authorised.
    struct Owner {
        uid_t account = 0;
        bool is_authorized = false;
    };

    virtual ~BackgroundTasks() = default;

    // @done is called once, from the event loop or from within the call.
    virtual void run(const Owner &owner, Work work, Done done) = 0;
};

} // namespace mk::bus
