// SPDX-License-Identifier: GPL-2.0-only
// The users behind connections to the bus. Each connection that asks for something is looked up
// once, and forgotten when it leaves the bus.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/job_caller.hpp"

namespace mk::bus {

using engine::JobCaller;

class Callers {
  public:
    // Called from the event loop with the unique name of a connection that has left.
    using Left = std::function<void(const std::string &name)>;

    explicit Callers(sd_bus *bus) : bus_(bus) {}
    Callers(const Callers &) = delete;
    Callers &operator=(const Callers &) = delete;

    // nullptr: it has left the bus already. Valid until the event loop runs again.
    const JobCaller *find(sd_bus_message *call);
    void on_left(Left left) { left_.push_back(std::move(left)); }

  private:
    struct TrackDeleter {
        void operator()(sd_bus_track *track) const { sd_bus_track_unref(track); }
    };
    struct Known {
        Callers *owner = nullptr;
        JobCaller caller;
        std::unique_ptr<sd_bus_track, TrackDeleter> track;
    };

    static int on_gone(sd_bus_track *track, void *userdata);

    sd_bus *bus_;
    std::map<std::string, Known> known_;
    std::vector<Left> left_;
};

} // namespace mk::bus
