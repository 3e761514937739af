// SPDX-License-Identifier: GPL-2.0-only
#include "bus/polkit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

constexpr const char *polkit_name = "org.freedesktop.PolicyKit1";
constexpr const char *polkit_path = "/org/freedesktop/PolicyKit1/Authority";
constexpr const char *polkit_interface = "org.freedesktop.PolicyKit1.Authority";

constexpr std::uint32_t allow_user_interaction = 1;
constexpr std::uint64_t second = 1000 * std::uint64_t{1000};
constexpr std::uint64_t quick = 25 * second;
constexpr std::uint64_t as_long_as_a_person_takes = 300 * second;

// An answer of polkit itself, such as a closed dialog. Any other error comes from the bus or from
// systemd: polkit is not installed, masked, does not start or hangs.
bool is_of_polkit(const sd_bus_error &error) {
    return std::string_view(error.name).starts_with("org.freedesktop.PolicyKit1.Error.");
}

std::string cancellation_id(std::uint64_t id) {
    return fmt::format("question-{}", id);
}

int append_details(sd_bus_message *message, const Question &question) {
    int error = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "{ss}");
    for (const auto &[key, text] : question.details)
        if (error >= 0)
            error = sd_bus_message_append(message, "{ss}", key.c_str(), text.c_str());
    return error < 0 ? error : sd_bus_message_close_container(message);
}

} // namespace

Polkit::Polkit(sd_bus *bus, Callers &callers) : bus_(bus), callers_(callers) {
    // The caller is gone: the person need not type a password any more.
    callers_.on_left([this](const std::string &name) {
        std::vector<std::uint64_t> left;
        for (const auto &[id, open] : open_)
            if (open.caller == name)
                left.push_back(id);
        for (auto id : left) {
            withdraw(open_.at(id));
            refuse(id, "the caller has left the bus");
        }
    });
}

void Polkit::ask(sd_bus_message *call, const Question &question, Allowed allowed) {
    const auto *caller = callers_.find(call);
    if (!caller)
        return reply_error(
            call, {ErrorCode::NotAuthorized,
                   fmt::format("not authorised for {}: the bus does not identify the caller",
                               question.action)});
    if (open_.size() >= open_max)
        make_room(caller->account);
    const bool interactive = sd_bus_message_get_allow_interactive_authorization(call) > 0;
    auto id = ++last_id_;
    auto &open = open_
                     .emplace(id, Open{this,
                                       id,
                                       keep(call),
                                       caller->name,
                                       caller->uid,
                                       caller->account,
                                       question.action,
                                       interactive,
                                       std::move(allowed),
                                       {}})
                     .first->second;
    if (int error = send(open, question); error < 0)
        refuse(id, fmt::format("cannot ask polkit: {}", std::strerror(-error)));
}

// The oldest question of the account with the most is waiting for a person, or polkit would have
// answered. Refusing the new one, or the oldest of all, would let any user lock out all others.
void Polkit::make_room(uid_t account) {
    std::map<uid_t, std::size_t> count{{account, 1}}; // the new one
    for (const auto &[id, open] : open_)
        ++count[open.account];
    const auto most = std::max_element(count.begin(), count.end(), [](auto &one, auto &other) {
                          return one.second < other.second;
                      })->second;
    auto oldest = std::find_if(open_.begin(), open_.end(),
                               [&](const auto &one) { return count[one.second.account] == most; });
    if (oldest == open_.end()) // each has one, the new one among them
        oldest = open_.begin();
    withdraw(oldest->second);
    refuse(oldest->first, "too many calls of this user are waiting for authorisation");
}

int Polkit::send(Open &open, const Question &question) {
    sd_bus_message *raw = nullptr;
    int error = sd_bus_message_new_method_call(bus_, &raw, polkit_name, polkit_path,
                                               polkit_interface, "CheckAuthorization");
    Message message(raw);
    if (error >= 0)
        error = sd_bus_message_append(raw, "(sa{sv})s", "system-bus-name", 1, "name", "s",
                                      open.caller.c_str(), open.action.c_str());
    if (error >= 0)
        error = append_details(raw, question);
    if (error >= 0)
        error = sd_bus_message_append(raw, "us", open.interactive ? allow_user_interaction : 0U,
                                      cancellation_id(open.id).c_str());
    sd_bus_slot *slot = nullptr;
    if (error >= 0)
        error = sd_bus_call_async(bus_, &slot, raw, callback<on_polkit>, &open,
                                  open.interactive ? as_long_as_a_person_takes : quick);
    open.slot.reset(slot);
    return error;
}

// It is no error if polkit is not running or has already answered: nobody waits for a reply.
void Polkit::withdraw(const Open &open) {
    sd_bus_message *raw = nullptr;
    if (sd_bus_message_new_method_call(bus_, &raw, polkit_name, polkit_path, polkit_interface,
                                       "CancelCheckAuthorization") < 0)
        return;
    Message message(raw);
    sd_bus_message_set_auto_start(raw, false);
    if (sd_bus_message_append(raw, "s", cancellation_id(open.id).c_str()) >= 0)
        sd_bus_send(bus_, raw, nullptr);
}

void Polkit::refuse(std::uint64_t id, const char *error, const std::string &why) {
    const auto open = open_.extract(id);
    const auto &question = open.mapped();
    sd_bus_reply_method_errorf(question.call.get(), error, "not authorised for %s: %s",
                               question.action.c_str(), utf8(why).c_str());
}

void Polkit::refuse(std::uint64_t id, const std::string &why) {
    refuse(id, bus_error_name(ErrorCode::NotAuthorized).c_str(), why);
}

void Polkit::allow(std::uint64_t id) {
    const auto open = open_.extract(id);
    open.mapped().allowed();
}

void Polkit::judge_error(const Open &open, const sd_bus_error &error) {
    if (is_of_polkit(error))
        return refuse(
            open.id, fmt::format("polkit answered {}", error.message ? error.message : error.name));
    withdraw(open); // it may only have been too slow
    if (open.uid == 0)
        return allow(open.id);
    refuse(open.id, "polkit is not available, so only root may do this");
}

void Polkit::judge(const Open &open, sd_bus_message *reply) {
    if (const sd_bus_error *error = sd_bus_message_get_error(reply))
        return judge_error(open, *error);
    int authorized = 0;
    int challenge = 0;
    if (sd_bus_message_enter_container(reply, SD_BUS_TYPE_STRUCT, "bba{ss}") < 0 ||
        sd_bus_message_read(reply, "bb", &authorized, &challenge) < 0)
        return refuse(open.id, "polkit sent an invalid answer");
    if (authorized)
        return allow(open.id);
    if (!challenge)
        return refuse(open.id, "polkit says no");
    if (open.interactive)
        return refuse(open.id, "polkit requires a password, but no agent is running to ask for "
                               "one; try as root, or start an agent such as pkttyagent");
    // The usual error name: it tells programs that asking again interactively may help.
    refuse(open.id, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
           "polkit requires a password, but the call does not allow it to ask for one; try as "
           "root, or interactively");
}

int Polkit::on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *) {
    auto &open = *static_cast<Open *>(userdata);
    open.polkit->judge(open, reply);
    return 0;
}

} // namespace mk::bus
