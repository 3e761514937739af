// SPDX-License-Identifier: GPL-2.0-only
// Owners of the event loop and of file descriptors.
#pragma once

#include <systemd/sd-event.h>

#include <cstdint>
#include <memory>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "bus/handles.hpp"

namespace mk::service {

struct EventDeleter {
    void operator()(sd_event *event) const { sd_event_unref(event); }
};
using EventLoop = std::unique_ptr<sd_event, EventDeleter>;
using bus::EventSource;

// Blocks SIGCHLD: sd-event reports ended processes only if nothing else handles the signal.
Result<EventLoop> make_event_loop();

// Interval at which kernel events are read, so that events close together are read, and signaled,
// together. Before the end of a job or a list is reported, they are read at once.
inline constexpr std::uint64_t batch_us = 20'000;

} // namespace mk::service
