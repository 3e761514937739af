// SPDX-License-Identifier: GPL-2.0-only
// Order in which calls are answered: first come, first served, until a user has taken more than its
// share of the event loop's time. Then the calls of that user wait while others have calls. The
// queue comes before all methods, including those that sd-bus answers itself.
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bus/handles.hpp"
#include "bus/time_accounts.hpp"

namespace mk::bus {

class CallQueue {
  public:
    // The account (see Caller) of a call; see Callers.
    struct Users {
        std::function<std::optional<uid_t>(sd_bus_message *call)> find;
        std::function<bool(sd_bus_message *call, std::function<void()> done)> look_up;
    };
    // Limits of waiting calls.
    struct Limits {
        std::size_t calls;
        std::size_t bytes; // of their arguments
    };
    static constexpr Limits of_user = {256, 4 << 20};
    static constexpr Limits of_stranger = {128, 512 << 10}; // of a connection, until it is known

    explicit CallQueue(Users users) : users_(std::move(users)) {}
    CallQueue(const CallQueue &) = delete;
    CallQueue &operator=(const CallQueue &) = delete;

    // Call it before any object is put on the bus, which must be attached to the event loop. 0 or
    // -errno.
    int attach(sd_bus *bus);
    // The connection @name has left the bus: nobody would read its answers.
    void forget(const std::string &name);

  private:
    using Clock = TimeAccounts::Clock;

    struct Call {
        Message message;
        std::size_t bytes;
        Clock::time_point since;
    };
    struct Calls {
        std::deque<Call> calls; // the oldest first
        std::size_t bytes = 0;
    };

    // A call that is being answered.
    struct Answering {
        uid_t uid;
        std::chrono::nanoseconds began; // of this thread's processor time
    };
    struct Released {
        uid_t uid;
        std::shared_ptr<sd_bus_message> message;
    };

    bool may_pass(sd_bus_message *call, std::chrono::nanoseconds began);
    void ask_who_calls(sd_bus_message *call);
    void on_known(const std::string &name);
    static void add(Calls &calls, const Limits &limits, sd_bus_message *call);
    void settle(uid_t uid);
    Clock::duration time_left(uid_t uid);
    void release(Clock::duration least);
    void charge(std::chrono::nanoseconds now);
    static int on_message(sd_bus_message *message, void *userdata, sd_bus_error *error);
    static int on_turn_over(sd_event_source *source, void *userdata);
    static int on_idle(sd_event_source *source, void *userdata);

    Users users_;
    TimeAccounts accounts_;
    std::map<std::string, Calls> strangers_; // by connection
    std::map<uid_t, Calls> waiting_;         // none is empty
    std::optional<Answering> answering_;
    std::optional<Released> released_; // in sd-bus's own queue
    sd_bus *bus_ = nullptr;
    Slot slot_;
    EventSource turn_;
    EventSource idle_;
};

} // namespace mk::bus
