// SPDX-License-Identifier: GPL-2.0-only
// Users behind connections to the bus. Each connection is looked up with its first call, and
// forgotten when it leaves the bus. Nothing here waits for the bus: sd-bus would read everything
// that others sent before the answer, and keep it.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bus/handles.hpp"
#include "bus/process_facts.hpp"

namespace mk::bus {

class Callers {
  public:
    // Called from the event loop with the unique name of a connection that has left.
    using Left = std::function<void(const std::string &name)>;

    explicit Callers(sd_bus *bus) : bus_(bus) {}
    Callers(const Callers &) = delete;
    Callers &operator=(const Callers &) = delete;

    // Call it before any lookup. 0 or -errno.
    int attach();
    // nullptr: it was not looked up, or has left the bus. Valid until the handler of @call returns.
    const Caller *find(sd_bus_message *call) const;
    // The user of @call. One whose caller has left gets no answer: it counts as somebody without
    // rights.
    uid_t user_of(sd_bus_message *call) const;
    // Asks the bus who sent @call, for find(). @done is called once, from the event loop, even if
    // the sender has left. False: the bus cannot be asked.
    bool look_up(sd_bus_message *call, std::function<void()> done);
    void on_left(Left left) { left_.push_back(std::move(left)); }

  private:
    struct Connection {
        Callers *owner = nullptr;
        Caller caller;
        bool is_known = false;
        std::function<void()> done;
        Slot answer;
    };

    void forget(const std::string &name);
    static int on_change(sd_bus_message *signal, void *userdata, sd_bus_error *error);
    static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *error);

    sd_bus *bus_;
    std::map<std::string, Connection> connections_;
    std::vector<Left> left_;
    Slot leaving_;
};

} // namespace mk::bus
