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

} // namespace mk::cli
