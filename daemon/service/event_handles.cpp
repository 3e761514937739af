// SPDX-License-Identifier: GPL-2.0-only
#include "service/event_handles.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <cstring>

namespace mk::service {

Result<EventLoop> make_event_loop() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    sd_event *event = nullptr;
    if (int error = sd_event_new(&event); error < 0)
        return Error{ErrorCode::Failed, fmt::format("no event loop: {}", std::strerror(-error))};
    return EventLoop(event);
}

} // namespace mk::service
