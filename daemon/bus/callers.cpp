// SPDX-License-Identifier: GPL-2.0-only
#include "bus/callers.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "bus/callback.hpp"

namespace mk::bus {

namespace {

constexpr const char *bus_name = "org.freedesktop.DBus";
constexpr const char *bus_path = "/org/freedesktop/DBus";

// False: without its user, it cannot be authorised.
bool read_credentials(sd_bus_message *answer, Caller &caller) {
    bool has_user = false;
    if (sd_bus_message_enter_container(answer, SD_BUS_TYPE_ARRAY, "{sv}") < 0)
        return false;
    while (sd_bus_message_enter_container(answer, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char *key = nullptr;
        std::uint32_t number = 0;
        sd_bus_message_read(answer, "s", &key);
        if (key && std::strcmp(key, "UnixUserID") == 0) {
            has_user = sd_bus_message_read(answer, "v", "u", &number) > 0;
            caller.uid = number;
        } else if (key && std::strcmp(key, "ProcessID") == 0) {
            if (sd_bus_message_read(answer, "v", "u", &number) > 0)
                caller.pid = static_cast<pid_t>(number);
        } else {
            sd_bus_message_skip(answer, "v");
        }
        sd_bus_message_exit_container(answer);
    }
    return has_user;
}

} // namespace

// One match for all connections: the bus allows 512 matches for one connection, and there may be
// more callers. Its signal comes before the answer to any lookup, so a caller that leaves is either
// reported or not found.
int Callers::attach() {
    sd_bus_slot *slot = nullptr;
    const auto rule = fmt::format("type='signal',sender='{0}',path='{1}',interface='{0}',"
                                  "member='NameOwnerChanged',arg2=''",
                                  bus_name, bus_path);
    const int error = sd_bus_add_match(bus_, &slot, rule.c_str(), callback<on_change>, this);
    leaving_.reset(slot);
    return error;
}

const Caller *Callers::find(sd_bus_message *call) const {
    const char *sender = sd_bus_message_get_sender(call);
    if (!sender)
        return nullptr;
    const auto found = connections_.find(sender);
    return found != connections_.end() && found->second.is_known ? &found->second.caller : nullptr;
}

uid_t Callers::user_of(sd_bus_message *call) const {
    const auto *caller = find(call);
    return caller ? caller->uid : static_cast<uid_t>(-1);
}

bool Callers::look_up(sd_bus_message *call, std::function<void()> done) {
    const char *sender = sd_bus_message_get_sender(call);
    if (!sender)
        return false;
    auto &connection = connections_[sender];
    connection.owner = this;
    connection.caller.name = sender;
    connection.done = std::move(done);
    sd_bus_slot *slot = nullptr;
    const int error = sd_bus_call_method_async(bus_, &slot, bus_name, bus_path, bus_name,
                                               "GetConnectionCredentials", callback<on_answer>,
                                               &connection, "s", sender);
    connection.answer.reset(slot);
    if (error < 0)
        connections_.erase(sender);
    return error >= 0;
}

int Callers::on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *) {
    auto &connection = *static_cast<Connection *>(userdata);
    const auto done = std::exchange(connection.done, {});
    if (sd_bus_message_get_error(answer) || !read_credentials(answer, connection.caller)) {
        connection.owner->connections_.extract(connection.caller.name);
    } else {
        read_process(connection.caller);
        connection.is_known = true;
    }
    done();
    return 0;
}

int Callers::on_change(sd_bus_message *signal, void *userdata, sd_bus_error *) {
    const char *name = nullptr;
    if (sd_bus_message_read(signal, "s", &name) > 0)
        static_cast<Callers *>(userdata)->forget(name);
    return 0;
}

void Callers::forget(const std::string &name) {
    // Listeners may look the name up again, so it is forgotten first; the rest stays until sd-bus
    // has finished with it.
    const auto forgotten = connections_.extract(name);
    if (!forgotten)
        return;
    if (forgotten.mapped().done)
        forgotten.mapped().done();
    for (const auto &left : left_)
        left(name);
}

} // namespace mk::bus
