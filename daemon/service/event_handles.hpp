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

// Blocks SIGCHLD: sd-event tells of processes that end only when nothing else hears of them.
Result<EventLoop> make_event_loop();

// How often what the kernel tells is read: what comes close together is taken in, and told,
// together. Before a job's end or a list is answered it is read at once.
inline constexpr std::uint64_t batch_us = 20'000;

} // namespace mk::service
