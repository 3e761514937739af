// SPDX-License-Identifier: GPL-2.0-only
// May the sender of a call do this? polkit decides, which may ask a person; where there is no
// polkit only root may. Whatever goes wrong on the way is a no.
#pragma once

#include <systemd/sd-bus.h>

#include <functional>
#include <map>
#include <string>

#include "bus/handles.hpp"
#include "error.hpp"

namespace mk::bus {

class Authority {
  public:
    using Answer = std::function<void(Result<void>)>;

    // Questions that may wait for an answer at a time; people take long to type a password.
    static constexpr std::size_t open_max = 128;

    explicit Authority(sd_bus *bus) : bus_(bus) {}
    Authority(const Authority &) = delete;
    Authority &operator=(const Authority &) = delete;

    // @action such as "org.modkeeper1.load", @module for the details of the question. @answer is
    // called once, from the event loop, with NotAuthorized or nothing; not after the destructor.
    void ask(sd_bus_message *call, const char *action, const std::string &module, Answer answer);

  private:
    struct Question {
        Authority *authority;
        std::uint64_t id;
        std::shared_ptr<sd_bus_message> call;
        std::string action;
        Answer answer;
        Slot slot;
    };

    int send(Question &question, const std::string &module);
    int ask_for_uid(Question &question);
    void settle(std::uint64_t id, Result<void> result);
    static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error);
    static int on_uid(sd_bus_message *reply, void *userdata, sd_bus_error *error);

    sd_bus *bus_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, Question> open_;
};

} // namespace mk::bus
