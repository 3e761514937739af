// SPDX-License-Identifier: GPL-2.0-only
#include "bus/authority.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

namespace mk::bus {

namespace {

constexpr std::uint32_t allow_user_interaction = 1;
constexpr std::uint64_t second = 1000 * std::uint64_t{1000};
constexpr std::uint64_t quick = 25 * second;
constexpr std::uint64_t as_long_as_a_person_takes = 300 * second;

Error refused(const std::string &action, const std::string &why) {
    return {ErrorCode::NotAuthorized, fmt::format("not authorised for {}: {}", action, why)};
}

// An answer of polkit's own, such as a dialog that was closed. Any other error comes from the bus
// or from systemd: polkit is not installed, masked, does not start or hangs.
bool is_of_polkit(const sd_bus_error &error) {
    return std::string_view(error.name).starts_with("org.freedesktop.PolicyKit1.Error.");
}

} // namespace

void Authority::ask(sd_bus_message *call, const char *action, const std::string &module,
                    Answer answer) {
    // The oldest makes room: it waits for a person, or polkit would have answered. Turning the new
    // one away would let any user lock out root.
    if (open_.size() >= open_max)
        settle(open_.begin()->first,
               refused(open_.begin()->second.action, "too many calls wait for authorisation"));
    auto id = ++last_id_;
    auto &question =
        open_.emplace(id, Question{this, id, keep(call), action, std::move(answer), {}})
            .first->second;
    if (int error = send(question, module); error < 0)
        settle(id,
               refused(action, fmt::format("polkit cannot be asked: {}", std::strerror(-error))));
}

int Authority::send(Question &question, const std::string &module) {
    const char *sender = sd_bus_message_get_sender(question.call.get());
    bool interactive = sd_bus_message_get_allow_interactive_authorization(question.call.get()) > 0;
    sd_bus_message *raw = nullptr;
    int error = sd_bus_message_new_method_call(
        bus_, &raw, "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
        "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
    Message message(raw);
    if (error >= 0)
        error =
            sd_bus_message_append(raw, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                                  sender ? sender : "", question.action.c_str(), 1, "module",
                                  module.c_str(), interactive ? allow_user_interaction : 0U, "");
    sd_bus_slot *slot = nullptr;
    if (error >= 0)
        error = sd_bus_call_async(bus_, &slot, raw, on_polkit, &question,
                                  interactive ? as_long_as_a_person_takes : quick);
    question.slot.reset(slot);
    return error;
}

int Authority::ask_for_uid(Question &question) {
    const char *sender = sd_bus_message_get_sender(question.call.get());
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_call_method_async(
        bus_, &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "GetConnectionUnixUser", on_uid, &question, "s", sender ? sender : "");
    question.slot.reset(slot);
    return error;
}

void Authority::settle(std::uint64_t id, Result<void> result) {
    auto found = open_.find(id);
    auto answer = std::move(found->second.answer);
    open_.erase(found);
    answer(std::move(result));
}

int Authority::on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *) {
    auto &question = *static_cast<Question *>(userdata);
    auto &self = *question.authority;
    if (const sd_bus_error *error = sd_bus_message_get_error(reply)) {
        if (!is_of_polkit(*error) && self.ask_for_uid(question) >= 0)
            return 0;
        self.settle(
            question.id,
            refused(question.action, fmt::format("polkit answered {}",
                                                 error->message ? error->message : error->name)));
        return 0;
    }
    int authorized = 0;
    int challenge = 0;
    if (sd_bus_message_enter_container(reply, SD_BUS_TYPE_STRUCT, "bba{ss}") < 0 ||
        sd_bus_message_read(reply, "bb", &authorized, &challenge) < 0) {
        self.settle(question.id, refused(question.action, "polkit's answer is not understood"));
    } else if (authorized) {
        self.settle(question.id, {});
    } else {
        self.settle(question.id,
                    refused(question.action,
                            challenge ? "polkit wants a password and the call does not allow to "
                                        "ask for one; try as root, or interactively"
                                      : "polkit says no"));
    }
    return 0;
}

int Authority::on_uid(sd_bus_message *reply, void *userdata, sd_bus_error *) {
    auto &question = *static_cast<Question *>(userdata);
    auto &self = *question.authority;
    std::uint32_t uid = 0;
    bool known = !sd_bus_message_is_method_error(reply, nullptr) &&
                 sd_bus_message_read(reply, "u", &uid) >= 0;
    if (known && uid == 0)
        self.settle(question.id, {});
    else
        self.settle(question.id,
                    refused(question.action, "polkit cannot be asked, so only root may"));
    return 0;
}

} // namespace mk::bus
