// SPDX-License-Identifier: GPL-2.0-only
// A command of modprobe.d that asks for the module whose command it is: each modprobe that it runs
// runs the command again.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>

namespace mk {

// Does what runs in the process group @group ask for @module over and over, or from the daemon,
// whose job waits for this very command?
bool calls_itself(pid_t group, const std::string &module);

// Looks for such a circle while a command runs: not in the first second, in which most end, and
// then once a second. To look is to read memory of processes, which may hang; whoever waits for the
// command has its time to keep and does not wait for that.
class CircleWatch {
  public:
    using Clock = std::chrono::steady_clock;
    using Look = std::function<bool()>;

    // @look runs in a thread of its own, which may outlive this.
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
