// SPDX-License-Identifier: GPL-2.0-only
// Classification of D-Bus errors: no daemon, no permission, no time, or an error of the daemon.
#include "cli/client/bus_error.hpp"

#include <cerrno>
#include <cstring>
#include <optional>

namespace mk::cli {
namespace {

constexpr std::string_view own_prefix = "org.modkeeper1.Error.";
constexpr std::string_view bus_prefix = "org.freedesktop.DBus.Error.";

std::optional<ErrorCode> code_named(std::string_view name) {
    for (unsigned i = 0; i <= static_cast<unsigned>(ErrorCode::Failed); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        if (error_name(code) == name)
            return code;
    }
    return std::nullopt;
}

bool means_no_daemon(std::string_view name, int number) {
    for (const std::string_view known :
         {"ServiceUnknown", "NameHasNoOwner", "Disconnected", "NoServer"})
        if (name == std::string(bus_prefix).append(known))
            return true;
    // the bus or systemd tried to start the daemon, and could not
    if (name.starts_with("org.freedesktop.DBus.Error.Spawn.") ||
        name.starts_with("org.freedesktop.systemd1."))
        return true;
    return number == ENOENT || number == ECONNREFUSED || number == ECONNRESET ||
           number == ENOTCONN || number == EHOSTUNREACH;
}

} // namespace

Error daemon_not_running() {
    return Error{ErrorCode::DaemonUnavailable, "modkeeperd is not running"};
}

Error daemon_went() {
    return Error{ErrorCode::DaemonUnavailable, "modkeeperd ended or was restarted before it "
                                               "answered"};
}

Error error_of_bus(std::string_view name, std::string_view message, int number) {
    if (name.starts_with(own_prefix)) {
        const auto code = code_named(name.substr(own_prefix.size()));
        return Error{code.value_or(ErrorCode::Failed), std::string(message)};
    }
    if (name == std::string(bus_prefix).append("AccessDenied") ||
        name == std::string(bus_prefix).append("InteractiveAuthorizationRequired"))
        return Error{ErrorCode::NotAuthorized, "not authorized: " + std::string(message)};
    if (name == std::string(bus_prefix).append("UnknownObject"))
        return Error{ErrorCode::NotFound, std::string(message)};
    if (name == std::string(bus_prefix).append("InvalidArgs"))
        return Error{ErrorCode::InvalidArgument, std::string(message)};
    // the bus says so about a daemon that ended during the call
    if (name == std::string(bus_prefix).append("NoReply") &&
        message.find("timed out") == std::string_view::npos)
        return daemon_went();
    if (number == ETIMEDOUT)
        return Error{ErrorCode::Timeout, "modkeeperd did not answer in time"};
    if (means_no_daemon(name, number))
        return daemon_not_running();
    std::string text = "the call to modkeeperd failed: ";
    text += message.empty() ? std::string_view(std::strerror(number)) : message;
    if (!name.empty())
        text.append(" (").append(name).append(")");
    return Error{ErrorCode::Failed, std::move(text)};
}

} // namespace mk::cli
