// SPDX-License-Identifier: GPL-2.0-only
// Questions never start the daemon, and are not waited for long.
#include "cli/manager_client.hpp"

#include <chrono>
#include <map>

#include "cli/bus_error.hpp"

namespace mk::cli {
namespace {

constexpr const char *service = "org.modkeeper1";
constexpr const char *object = "/org/modkeeper1";
constexpr const char *manager = "org.modkeeper1.Manager";

struct DropsMessage {
    void operator()(sd_bus_message *message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, DropsMessage>;

// Questions are answered at once or not at all.
constexpr std::chrono::seconds answer_time{20};

Error failure(int result) {
    return error_of_bus("", "", -result);
}

Result<Message> new_call(sd_bus *bus, const char *interface, const char *method) {
    sd_bus_message *message = nullptr;
    if (const int r =
            sd_bus_message_new_method_call(bus, &message, service, object, interface, method);
        r < 0)
        return failure(r);
    return Message(message);
}

Result<Message> send(sd_bus *bus, const Message &call, std::chrono::seconds timeout) {
    sd_bus_error error{};
    sd_bus_message *reply = nullptr;
    const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(timeout);
    const int r =
        sd_bus_call(bus, call.get(), static_cast<std::uint64_t>(limit.count()), &error, &reply);
    if (r < 0) {
        const auto text = [](const char *value) { return value == nullptr ? "" : value; };
        Error failed = error_of_bus(text(error.name), text(error.message), -r);
        sd_bus_error_free(&error);
        return failed;
    }
    return Message(reply);
}

Result<Message> new_question(sd_bus *bus, const char *interface, const char *method) {
    auto call = new_call(bus, interface, method);
    if (call)
        sd_bus_message_set_auto_start(call.value().get(), 0);
    return call;
}

} // namespace

Result<ManagerClient> ManagerClient::connect() {
    sd_bus *bus = nullptr;
    if (const int r = sd_bus_open_system(&bus); r < 0) {
        Error error = failure(r);
        if (error.code == ErrorCode::DaemonUnavailable)
            error.message += ": there is no system bus";
        return error;
    }
    return ManagerClient(Bus(bus));
}

Result<ManagerState> ManagerClient::state() {
    auto call = new_question(bus_.get(), "org.freedesktop.DBus.Properties", "GetAll");
    if (!call)
        return call.error();
    sd_bus_message_append(call.value().get(), "s", manager);
    const auto reply = send(bus_.get(), call.value(), answer_time);
    if (!reply)
        return reply.error();

    ManagerState state;
    const std::map<std::string_view, std::string *> known = {
        {"Version", &state.version},
        {"KernelRelease", &state.kernel_release},
        {"DriverState", &state.driver_state},
        {"DriverVersion", &state.driver_version},
        {"DriverMessage", &state.driver_message},
        {"EventSource", &state.event_source}};
    sd_bus_message *message = reply.value().get();
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
        return failure(r);
    return state;
}

} // namespace mk::cli
