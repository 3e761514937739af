// SPDX-License-Identifier: GPL-2.0-only
// Authorisation of the sender of a call. polkit decides, and may ask a person; without polkit only
// root is authorised. Any error denies the call.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <map>
#include <string>

#include "bus/callers.hpp"
#include "bus/handles.hpp"
#include "bus/question.hpp"

namespace mk::bus {

class Polkit {
  public:
    using Allowed = std::function<void()>;

    // Number of questions that may wait for an answer; people take long to type a password. The
    // account with the most of them makes room for a new one. The number is far below the 128 calls
    // that dbus-daemon lets one connection have open, because the askers must be looked up besides.
    static constexpr std::size_t open_max = 64;

    Polkit(sd_bus *bus, Callers &callers);
    Polkit(const Polkit &) = delete;
    Polkit &operator=(const Polkit &) = delete;

    // Calls @allowed from the event loop, once, or answers the call with the reason: NotAuthorized,
    // or the bus's InteractiveAuthorizationRequired if a person could authorise it but the call
    // does not allow asking one. Neither after the destructor.
    void ask(sd_bus_message *call, const Question &question, Allowed allowed);

  private:
    struct Open {
        Polkit *polkit;
        std::uint64_t id;
        std::shared_ptr<sd_bus_message> call;
        std::string caller;
        uid_t uid;
        uid_t account;
        std::string action;
        bool interactive;
        Allowed allowed;
        Slot slot;
    };

    int send(Open &open, const Question &question);
    void make_room(uid_t account);
    // Closes the dialog that polkit may show.
    void withdraw(const Open &open);
    // Ends a question: with an error, or without.
    void refuse(std::uint64_t id, const char *error, const std::string &why);
    void refuse(std::uint64_t id, const std::string &why);
    void allow(std::uint64_t id);
    void judge(const Open &open, sd_bus_message *reply);
    void judge_error(const Open &open, const sd_bus_error &error);
    static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error);

    sd_bus *bus_;
    Callers &callers_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, Open> open_;
};

} // namespace mk::bus
