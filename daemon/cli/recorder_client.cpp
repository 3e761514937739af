// SPDX-License-Identifier: GPL-2.0-only
#include "cli/recorder_client.hpp"

#include <map>
#include <string>

#include "cli/bus_connection.hpp"
#include "driver/event_facts.hpp"

namespace mk::cli {
namespace {

// A person may have to type a password.
constexpr std::uint64_t answer_us = 120'000'000;
constexpr std::uint32_t events_a_call = 1000;

// What comes in masses and says nothing of loads and unloads.
constexpr driver::EventKind left_out[] = {driver::EventKind::Parameter,
                                          driver::EventKind::Reference};

Result<Message> query(sd_bus *bus, std::uint64_t since) {
    sd_bus_message *raw = nullptr;
    int r = sd_bus_message_new_method_call(bus, &raw, "org.modkeeper1", "/org/modkeeper1",
                                           "org.modkeeper1.Recorder", "QueryEvents");
    const Message call(raw);
    if (r >= 0)
        r = sd_bus_message_set_allow_interactive_authorization(raw, 1);
    if (r >= 0)
        r = sd_bus_message_append(raw, "tua{sv}", since, events_a_call, 1, "kinds", "as", 8,
                                  "present", "load", "failed", "unload", "refused", "request",
                                  "mark", "lost");
    if (r < 0)
        return bus_failure(r);
    return call_bus(bus, call, answer_us);
}

// The value inside a variant, as text.
int read_value(sd_bus_message *reply, std::string &value) {
    const char *type = nullptr;
    int r = sd_bus_message_peek_type(reply, nullptr, &type);
    if (r < 0)
        return r;
    const char *text = nullptr;
    std::uint64_t number = 0;
    int on = 0;
    switch (*type) {
    case 's':
        r = sd_bus_message_read(reply, "v", "s", &text);
        value = text == nullptr ? "" : text;
        return r;
    case 't':
        r = sd_bus_message_read(reply, "v", "t", &number);
        value = std::to_string(number);
        return r;
    case 'b':
        r = sd_bus_message_read(reply, "v", "b", &on);
        value = on != 0 ? "true" : "false";
        return r;
    default:
        return sd_bus_message_skip(reply, "v");
    }
}

// One a{sv}: positive, 0 at the end, or -errno.
int read_event(sd_bus_message *reply, std::map<std::string, std::string> &texts) {
    int r = sd_bus_message_enter_container(reply, 'a', "{sv}");
    if (r <= 0)
        return r;
    while ((r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
        const char *name = nullptr;
        if ((r = sd_bus_message_read(reply, "s", &name)) < 0 ||
            (r = read_value(reply, texts[name])) < 0 ||
            (r = sd_bus_message_exit_container(reply)) < 0)
            return r;
    }
    return r < 0 || (r = sd_bus_message_exit_container(reply)) < 0 ? r : 1;
}

Result<std::vector<driver::Event>> events_in(sd_bus_message *reply) {
    std::vector<driver::Event> events;
    int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
    while (r >= 0) {
        std::map<std::string, std::string> texts;
        if ((r = read_event(reply, texts)) == 0)
            return events;
        // a kind of a newer daemon is passed over
        if (auto event = driver::event_of(texts))
            events.push_back(std::move(*event));
    }
    return bus_failure(r);
}

} // namespace

Result<std::vector<driver::Event>> events_of_daemon() {
    const auto bus = open_system_bus();
    if (!bus)
        return bus.error();
    std::vector<driver::Event> all;
    for (;;) {
        const auto reply = query(bus.value().get(), all.empty() ? 0 : all.back().sequence);
        if (!reply)
            return reply.error();
        auto some = events_in(reply.value().get());
        if (!some || some.value().empty())
            return some ? Result(std::move(all)) : some;
        const bool last = some.value().size() < events_a_call;
        all.insert(all.end(), std::make_move_iterator(some.value().begin()),
                   std::make_move_iterator(some.value().end()));
        if (last)
            return all;
    }
}

Result<std::vector<driver::Event>> recorded_events(driver::DriverClient &driver) {
    std::vector<driver::Event> events;
    const auto read = driver.each_record([&](driver::Event &event) {
        bool wanted = true;
        for (const driver::EventKind kind : left_out)
            wanted = wanted && event.kind != kind;
        if (wanted)
            events.push_back(std::move(event));
        return true;
    });
    if (read)
        return events;
    if (read.error().code != ErrorCode::NotAuthorized)
        return read.error();
    auto told = events_of_daemon();
    if (told)
        return told;
    return Error{told.error().code == ErrorCode::NotAuthorized ? ErrorCode::NotAuthorized
                                                               : read.error().code,
                 read.error().message + "; the daemon: " + told.error().message};
}

} // namespace mk::cli
