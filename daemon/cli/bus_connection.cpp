// SPDX-License-Identifier: GPL-2.0-only
#include "cli/bus_connection.hpp"

#include "cli/bus_error.hpp"

namespace mk::cli {

Result<Bus> open_system_bus() {
    if (auto opened = libsystemd.open(); !opened)
        return opened.error();
    sd_bus *bus = nullptr;
    if (const int r = sd_bus_open_system(&bus); r < 0) {
        Error error = bus_failure(r);
        if (error.code == ErrorCode::DaemonUnavailable)
            error.message += ": there is no system bus";
        return error;
    }
    return Bus(bus);
}

Result<Message> call_bus(sd_bus *bus, const Message &call, std::uint64_t answer_us) {
    sd_bus_error error{};
    sd_bus_message *reply = nullptr;
    if (const int r = sd_bus_call(bus, call.get(), answer_us, &error, &reply); r < 0) {
        Error failed = error_of_reply(error, -r);
        sd_bus_error_free(&error);
        return failed;
    }
    return Message(reply);
}

Error bus_failure(int result) {
    return error_of_bus("", "", -result);
}

Error error_of_reply(const sd_bus_error &error, int number) {
    const auto text = [](const char *value) { return value == nullptr ? "" : value; };
    return error_of_bus(text(error.name), text(error.message), number);
}

} // namespace mk::cli
