// SPDX-License-Identifier: GPL-2.0-only
// The order in which calls are answered: first come, first served, until a user has taken more of
// the event loop's time than there is for one. The calls of such a user wait until nobody else's
// do. It stands before all methods, those that sd-bus answers itself among them.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "bus/handles.hpp"
#include "bus/time_accounts.hpp"

namespace mk::bus {

class CallQueue {
  public:
    // Of the connection that calls. Nothing: it has left the bus.
    using UserOf = std::function<std::optional<uid_t>(sd_bus_message *call)>;

    // What one user, and all users, may have waiting; a call of more bytes does not wait.
    static constexpr std::size_t of_user_max = 256;
    static constexpr std::size_t waiting_max = 1024;
    static constexpr std::size_t bytes_max = 16 * 1024;

    explicit CallQueue(UserOf user_of) : user_of_(std::move(user_of)) {}
    CallQueue(const CallQueue &) = delete;
    CallQueue &operator=(const CallQueue &) = delete;

    // Before any object is put on the bus, whose event loop is attached. 0 or -errno.
    int attach(sd_bus *bus);
    // The connection @name has left the bus: nobody would read the answers.
    void forget(const std::string &name);

  private:
    using Clock = TimeAccounts::Clock;
    using Calls = std::deque<Message>;

    // A call that is being answered.
    struct Answering {
        uid_t uid;
        std::chrono::nanoseconds began; // of this thread's processor time
    };
    struct Released {
        uid_t uid;
        Message call;
    };

    bool may_pass(sd_bus_message *call);
    void defer(uid_t uid, sd_bus_message *call);
    void release(Clock::duration least);
    void charge();
    static int on_message(sd_bus_message *message, void *userdata, sd_bus_error *error);
    static int on_turn_over(sd_event_source *source, void *userdata);
    static int on_idle(sd_event_source *source, void *userdata);

    UserOf user_of_;
    TimeAccounts accounts_;
    std::map<uid_t, Calls> waiting_; // none is empty
    std::optional<Answering> answering_;
    std::optional<Released> released_; // in sd-bus's own queue
    sd_bus *bus_ = nullptr;
    Slot slot_;
    EventSource turn_;
    EventSource idle_;
};

} // namespace mk::bus
