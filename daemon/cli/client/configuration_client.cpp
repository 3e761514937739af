// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/configuration_client.hpp"

#include <string_view>

namespace mk::cli {
namespace {

// A person may have to type a password, a module may take its time for a parameter.
constexpr std::uint64_t answer_us = 300'000'000;

Result<Message> new_change(sd_bus *bus, const char *method, bool may_ask) {
    sd_bus_message *raw = nullptr;
    if (const int r = sd_bus_message_new_method_call(bus, &raw, "org.modkeeper1", "/org/modkeeper1",
                                                     "org.modkeeper1.Configuration", method);
        r < 0)
        return bus_failure(r);
    sd_bus_message_set_allow_interactive_authorization(raw, may_ask ? 1 : 0);
    return Message(raw);
}

// Reads one a{sv}: 1, 0 at the end, or -errno. Unknown keys of a newer daemon are skipped.
int read_change(sd_bus_message *reply, Change &change) {
    int r = sd_bus_message_enter_container(reply, 'a', "{sv}");
    if (r <= 0)
        return r;
    while ((r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        const char *key = nullptr;
        const char *text = nullptr;
        if ((r = sd_bus_message_read(reply, "s", &key)) < 0)
            return r;
        const std::string_view name = key;
        std::string *place = name == "action"    ? &change.action
                             : name == "file"    ? &change.file
                             : name == "text"    ? &change.text
                             : name == "where"   ? &change.where
                             : name == "message" ? &change.message
                                                 : nullptr;
        r = place == nullptr ? sd_bus_message_skip(reply, "v")
                             : sd_bus_message_read(reply, "v", "s", &text);
        if (r < 0 || (r = sd_bus_message_exit_container(reply)) < 0)
            return r;
        if (place != nullptr)
            *place = text;
    }
    return r < 0 || (r = sd_bus_message_exit_container(reply)) < 0 ? r : 1;
}

Result<Changes> changes_in(sd_bus_message *reply) {
    Changes changes;
    int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
    while (r >= 0) {
        Change change;
        if ((r = read_change(reply, change)) == 0)
            return changes;
        changes.push_back(std::move(change));
    }
    return bus_failure(r);
}

// @appended: the result of appending the arguments.
Result<Changes> send(sd_bus *bus, const Message &call, int appended) {
    if (appended < 0)
        return Error{ErrorCode::InvalidArgument, "a name or value is not valid UTF-8"};
    const auto reply = TRY(call_bus(bus, call, answer_us));
    return changes_in(reply.get());
}

} // namespace

Result<ConfigurationClient> ConfigurationClient::connect(bool may_ask) {
    auto bus = TRY(open_system_bus());
    return ConfigurationClient(std::move(bus), may_ask);
}

Result<Changes> ConfigurationClient::set(const SetRequest &request) {
    auto call = TRY(new_change(bus_.get(), "SetParameter", may_ask_));
    const int appended = sd_bus_message_append(
        call.get(), "sssa{sv}", request.module.c_str(), request.parameter.c_str(),
        request.value.c_str(), 2, "runtime", "b", static_cast<int>(request.runtime), "persistent",
        "b", static_cast<int>(request.persistent));
    return send(bus_.get(), call, appended);
}

Result<Changes> ConfigurationClient::unset(const std::string &module,
                                           const std::string &parameter) {
    auto call = TRY(new_change(bus_.get(), "UnsetParameter", may_ask_));
    const int appended =
        sd_bus_message_append(call.get(), "ssa{sv}", module.c_str(), parameter.c_str(), 0);
    return send(bus_.get(), call, appended);
}

Result<Changes> ConfigurationClient::choose(const char *method,
                                            const std::vector<std::string> &names, bool force) {
    auto call = TRY(new_change(bus_.get(), method, may_ask_));
    sd_bus_message *message = call.get();
    int r = sd_bus_message_open_container(message, 'a', "s");
    for (std::size_t i = 0; r >= 0 && i < names.size(); ++i)
        r = sd_bus_message_append(message, "s", names[i].c_str());
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    if (r >= 0)
        r = force ? sd_bus_message_append(message, "a{sv}", 1, "force", "b", 1)
                  : sd_bus_message_append(message, "a{sv}", 0);
    return send(bus_.get(), call, r);
}

} // namespace mk::cli
