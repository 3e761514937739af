// SPDX-License-Identifier: GPL-2.0-only
// Detection of a command of modprobe.d that requests its own module: each modprobe that it runs
// would run the command again.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>

#include "base/module_name.hpp"

namespace mk {

// Whether the process group @group requests @module again and again, or from the daemon, whose job
// waits for this very command.
bool calls_itself(pid_t group, const ModuleName &module);

// Looks for such a circle while a command runs: not in the first second, in which most end, and
// then once a second. A look reads memory of processes, which may hang; the caller, which has a
// time limit to keep, does not wait for that.
class CircleWatch {
  public:
    using Clock = std::chrono::steady_clock;
    using Look = std::function<bool()>;

    // @look runs in a thread of its own, which may outlive this object.
    CircleWatch(Look look, Clock::time_point began);

    // Never blocks.
    bool found(Clock::time_point now);

  private:
    struct State;

    Look look_;
    Clock::time_point next_;
    std::shared_ptr<State> state_; // of the look that was begun last
};

} // namespace mk
