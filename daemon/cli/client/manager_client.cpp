// SPDX-License-Identifier: GPL-2.0-only
// Client of the Manager. Its questions never start the daemon, and do not wait long.
#include "cli/client/manager_client.hpp"

#include <map>

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";
constexpr const char *object = "/org/modkeeper1";
constexpr const char *manager = "org.modkeeper1.Manager";

// Questions are answered at once or not at all.
constexpr std::uint64_t answer_us = 20'000'000;

Result<Message> new_call(sd_bus *bus, const char *interface, const char *method) {
    sd_bus_message *message = nullptr;
    if (const int r =
            sd_bus_message_new_method_call(bus, &message, service, object, interface, method);
        r < 0)
        return bus_failure(r);
    return Message(message);
}

Result<Message> new_question(sd_bus *bus, const char *interface, const char *method) {
    auto call = new_call(bus, interface, method);
    if (call)
        sd_bus_message_set_auto_start(call.value().get(), 0);
    return call;
}

// Calls @read(key) before each value of an a{sv}, which it reads or skips. 1, 0: there is none, or
// -errno.
template <typename Read> int each_entry(sd_bus_message *reply, Read read) {
    int r = sd_bus_message_enter_container(reply, 'a', "{sv}");
    if (r <= 0)
        return r;
    while ((r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        const char *key = nullptr;
        if ((r = sd_bus_message_read(reply, "s", &key)) < 0 || (r = read(key)) < 0 ||
            (r = sd_bus_message_exit_container(reply)) < 0)
            return r;
    }
    return r < 0 || (r = sd_bus_message_exit_container(reply)) < 0 ? r : 1;
}

// The kinds and keys of a newer daemon are skipped.
int read_holder(sd_bus_message *reply, Holder &holder) {
    holder.references = 0;
    return each_entry(reply, [&](std::string_view key) {
        std::string kind;
        std::string *text = key == "kind"          ? &kind
                            : key == "what"        ? &holder.what
                            : key == "through"     ? &holder.through
                            : key == "comm"        ? &holder.command
                            : key == "mount_point" ? &holder.mount_point
                            : key == "remedy"      ? &holder.remedy
                                                   : nullptr;
        if (text) {
            const char *value = nullptr;
            const int r = sd_bus_message_read(reply, "v", "s", &value);
            if (r >= 0)
                *text = value;
            if (const auto known = holder_kind(kind))
                holder.kind = *known;
            return r;
        }
        std::uint32_t number = 0;
        const bool is_known = key == "pid" || key == "uid" || key == "fd" || key == "references" ||
                              key == "namespace_inode";
        const int r = is_known ? sd_bus_message_read(reply, "v", "u", &number)
                               : sd_bus_message_skip(reply, "v");
        if (key == "pid")
            holder.pid = number;
        else if (key == "uid")
            holder.user = number;
        else if (key == "fd")
            holder.fd = static_cast<int>(number);
        else if (key == "references")
            holder.references = number;
        else if (key == "namespace_inode")
            holder.name_space = number;
        return r;
    });
}

int read_holders(sd_bus_message *reply, std::vector<Holder> &holders) {
    int r = sd_bus_message_enter_container(reply, 'v', "aa{sv}");
    if (r >= 0)
        r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
    while (r >= 0) {
        Holder holder;
        if ((r = read_holder(reply, holder)) == 0)
            break;
        holders.push_back(std::move(holder));
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(reply);
    return r < 0 ? r : sd_bus_message_exit_container(reply);
}

} // namespace

Result<ManagerClient> ManagerClient::connect() {
    auto bus = TRY(open_system_bus());
    return ManagerClient(std::move(bus));
}

Result<DaemonState> ManagerClient::state() {
    auto call = TRY(new_question(bus_.get(), "org.freedesktop.DBus.Properties", "GetAll"));
    sd_bus_message_append(call.get(), "s", manager);
    const auto reply = TRY(call_bus(bus_.get(), call, answer_us));

    DaemonState state;
    const std::map<std::string_view, std::string *> known = {
        {"Version", &state.version},
        {"KernelRelease", &state.kernel_release},
        {"DriverState", &state.driver_state},
        {"DriverVersion", &state.driver_version},
        {"DriverMessage", &state.driver_message},
        {"EventSource", &state.event_source}};
    sd_bus_message *message = reply.get();
    int r = sd_bus_message_enter_container(message, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char *name = nullptr;
        const char *value = nullptr;
        if ((r = sd_bus_message_read(message, "s", &name)) < 0)
            break;
        const auto place = known.find(name);
        if (place == known.end()) {
            r = sd_bus_message_skip(message, "v");
        } else if ((r = sd_bus_message_read(message, "v", "s", &value)) >= 0) {
            *place->second = value;
        }
        if (r >= 0)
            r = sd_bus_message_exit_container(message);
    }
    if (r < 0)
        return bus_failure(r);
    return state;
}

Result<HolderList> ManagerClient::holders(const std::string &module) {
    auto call = TRY(new_question(bus_.get(), manager, "Holders"));
    if (sd_bus_message_append(call.get(), "sa{sv}", module.c_str(), 0) < 0)
        return Error{ErrorCode::InvalidArgument, "a name is not valid UTF-8"};
    const auto reply = TRY(call_bus(bus_.get(), call, answer_us));
    HolderList list;
    auto *message = reply.get();
    const int r = each_entry(message, [&](std::string_view key) {
        const char *text = nullptr;
        if (key == "held_by")
            return read_holders(message, list.holders);
        if (key == "unchecked")
            return read_texts(message, list.unchecked);
        if (key == "references")
            return sd_bus_message_read(message, "v", "u", &list.references);
        if (key != "module")
            return sd_bus_message_skip(message, "v");
        const int read = sd_bus_message_read(message, "v", "s", &text);
        list.module = ModuleName(text ? text : "");
        return read;
    });
    if (r < 0)
        return bus_failure(r);
    return list;
}

} // namespace mk::cli
