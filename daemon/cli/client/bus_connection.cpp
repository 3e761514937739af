// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/bus_connection.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "cli/client/bus_error.hpp"

namespace mk::cli {

namespace {

// The bus closes the connection of a refused user, instead of answering.
bool is_hung_up(const sd_bus_error &error, int number) {
    return number == ENOTCONN || number == ECONNRESET ||
           (error.message != nullptr && std::string_view(error.message) == "Connection terminated");
}

bool does_bus_hang_up() {
    sd_bus *raw = nullptr;
    if (sd_bus_open_system(&raw) < 0)
        return false;
    const Bus bus(raw);
    const char *name = nullptr;
    const int r = sd_bus_get_unique_name(raw, &name);
    return r == -ENOTCONN || r == -ECONNRESET;
}

Error refused_by_bus() {
    const auto uid = geteuid();
    const passwd *account = getpwuid(uid);
    return {ErrorCode::NotAuthorized,
            account ? fmt::format("the system bus refused the connection of {}; its journal says "
                                  "why: journalctl -u dbus",
                                  account->pw_name)
                    : fmt::format("the system bus refused the connection of user {}: there is no "
                                  "account with that number, or its name service is unavailable",
                                  uid)};
}

Error error_of_call(const sd_bus_error &error, int number) {
    const auto text = [](const char *value) { return value == nullptr ? "" : value; };
    Error failed = error_of_bus(text(error.name), text(error.message), number);
    if (is_hung_up(error, number) && does_bus_hang_up())
        return refused_by_bus();
    return failed;
}

int read_fact(sd_bus_message *reply, std::string_view key, ErrorFacts &facts) {
    const auto text = [&](std::string &field) {
        const char *read = nullptr;
        const int r = sd_bus_message_read(reply, "v", "s", &read);
        if (r >= 0)
            field = read;
        return r;
    };
    if (key == "module")
        return text(facts.module);
    if (key == "stage")
        return text(facts.stage);
    if (key == "cause") {
        std::string word;
        const int r = text(word);
        facts.cause = cause_of_word(word);
        return r;
    }
    if (key == "errno")
        return sd_bus_message_read(reply, "v", "u", &facts.number);
    if (key == "holders")
        return read_texts(reply, facts.holders);
    return sd_bus_message_skip(reply, "v");
}

// The facts after the message, if there are any.
int read_facts(sd_bus_message *reply, ErrorFacts &facts) {
    int r = sd_bus_message_rewind(reply, 1);
    if (r < 0 || (r = sd_bus_message_skip(reply, "s")) < 0 ||
        (r = sd_bus_message_enter_container(reply, 'a', "{sv}")) < 0)
        return r;
    while ((r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        const char *key = nullptr;
        if ((r = sd_bus_message_read(reply, "s", &key)) < 0 ||
            (r = read_fact(reply, key, facts)) < 0 ||
            (r = sd_bus_message_exit_container(reply)) < 0)
            return r;
    }
    return r;
}

} // namespace

int read_texts(sd_bus_message *message, std::vector<std::string> &texts) {
    int r = sd_bus_message_enter_container(message, 'v', "as");
    if (r < 0 || (r = sd_bus_message_enter_container(message, 'a', "s")) < 0)
        return r;
    const char *text = nullptr;
    while ((r = sd_bus_message_read(message, "s", &text)) > 0)
        texts.emplace_back(text);
    if (r < 0 || (r = sd_bus_message_exit_container(message)) < 0)
        return r;
    return sd_bus_message_exit_container(message);
}

Result<Bus> open_system_bus() {
    TRY(libsystemd.open());
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
        Error failed = error_of_call(error, -r);
        sd_bus_error_free(&error);
        return failed;
    }
    return Message(reply);
}

Error bus_failure(int result) {
    return error_of_call({}, -result);
}

Error error_of_reply(sd_bus_message *reply) {
    const sd_bus_error *told = sd_bus_message_get_error(reply);
    Error error = error_of_call(*told, sd_bus_error_get_errno(told));
    ErrorFacts facts;
    if (read_facts(reply, facts) >= 0)
        error.facts = std::move(facts);
    return error;
}

} // namespace mk::cli
