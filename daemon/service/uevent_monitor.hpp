// SPDX-License-Identifier: GPL-2.0-only
// Monitor of the kernel's uevents, straight from its netlink group: modules that are loaded and
// unloaded, and the driver's device node.
#pragma once

#include <systemd/sd-event.h>

#include <functional>

#include "base/error.hpp"
#include "service/event_handles.hpp"
#include "service/uevent.hpp"

namespace mk::service {

class UeventMonitor {
  public:
    struct Handlers {
        std::function<void(const Uevent &)> event;
        // Some were lost: the socket was full.
        std::function<void()> lost;
    };

    explicit UeventMonitor(Handlers handlers) : handlers_(std::move(handlers)) {}
    UeventMonitor(const UeventMonitor &) = delete;
    UeventMonitor &operator=(const UeventMonitor &) = delete;

    Result<void> start(sd_event *event);
    // Returns all events that have arrived.
    void drain();

  private:
    static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata);

    Handlers handlers_;
    Descriptor socket_;
    EventSource source_;
};

} // namespace mk::service
