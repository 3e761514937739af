// SPDX-License-Identifier: GPL-2.0-only
// Decides how each method is called: who may be started for it, how long it is waited for.
#include "cli/manager_client.hpp"

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

// A call that changes something: starts the daemon, and lets polkit ask the person.
Result<Message> new_change(sd_bus *bus, const char *method) {
    auto call = new_call(bus, manager, method);
    if (call)
        sd_bus_message_set_allow_interactive_authorization(call.value().get(), 1);
    return call;
}

Result<Message> new_question(sd_bus *bus, const char *interface, const char *method) {
    auto call = new_call(bus, interface, method);
    if (call)
        sd_bus_message_set_auto_start(call.value().get(), 0);
    return call;
}

int append_strings(sd_bus_message *message, const std::vector<std::string> &strings) {
    int r = sd_bus_message_open_container(message, 'a', "s");
    for (std::size_t i = 0; r >= 0 && i < strings.size(); ++i)
        r = sd_bus_message_append(message, "s", strings[i].c_str());
    return r < 0 ? r : sd_bus_message_close_container(message);
}

int append_options(sd_bus_message *message, const LoadOptions &options) {
    int r = sd_bus_message_open_container(message, 'a', "{sv}");
    const std::pair<const char *, bool> all[] = {{"force-vermagic", options.force_vermagic},
                                                 {"force-modversions", options.force_modversions},
                                                 {"ignore-blacklist", options.ignore_blacklist}};
    for (const auto &[name, on] : all)
        if (r >= 0 && on)
            r = sd_bus_message_append(message, "{sv}", name, "b", 1);
    return r < 0 ? r : sd_bus_message_close_container(message);
}

std::string module_name_of(const char *path) {
    char *name = nullptr;
    if (sd_bus_path_decode(path, "/org/modkeeper1/module", &name) <= 0)
        return "";
    std::string result(name);
    free(name);
    return result;
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

Result<std::string> ManagerClient::load(const std::string &name,
                                        const std::vector<std::string> &parameters,
                                        const LoadOptions &options, std::chrono::seconds timeout) {
    auto call = new_change(bus_.get(), "Load");
    if (!call)
        return call.error();
    sd_bus_message *message = call.value().get();
    int r = sd_bus_message_append(message, "s", name.c_str());
    if (r >= 0)
        r = append_strings(message, parameters);
    if (r >= 0)
        r = append_options(message, options);
    if (r < 0)
        return Error{ErrorCode::InvalidArgument, "the name or a parameter is not valid UTF-8"};
    const auto reply = send(bus_.get(), call.value(), timeout);
    if (!reply)
        return reply.error();
    const char *path = nullptr;
    if (const int read = sd_bus_message_read(reply.value().get(), "o", &path); read < 0)
        return failure(read);
    return module_name_of(path);
}

Result<void> ManagerClient::unload(const std::string &name, std::chrono::seconds timeout) {
    auto call = new_change(bus_.get(), "Unload");
    if (!call)
        return call.error();
    if (sd_bus_message_append(call.value().get(), "sa{sv}", name.c_str(), 0) < 0)
        return Error{ErrorCode::InvalidArgument, "the name is not valid UTF-8"};
    const auto reply = send(bus_.get(), call.value(), timeout);
    return reply ? Result<void>() : Result<void>(reply.error());
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
