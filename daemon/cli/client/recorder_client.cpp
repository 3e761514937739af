// SPDX-License-Identifier: GPL-2.0-only
#include "cli/client/recorder_client.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "driver_client/event_codec.hpp"

namespace mk::cli {
namespace {

// A person may have to type a password.
constexpr std::uint64_t answer_us = 120'000'000;
constexpr std::uint32_t events_a_call = 1000;

// Frequent kinds that say nothing about loads and unloads.
constexpr driver::EventKind left_out[] = {driver::EventKind::Parameter,
                                          driver::EventKind::Reference};

bool is_left_out(const driver::Event &event) {
    return std::find(std::begin(left_out), std::end(left_out), event.kind) != std::end(left_out);
}

constexpr const char *service = "org.modkeeper1";
constexpr const char *object = "/org/modkeeper1";
constexpr const char *recorder = "org.modkeeper1.Recorder";

int on_event(sd_bus_message *, void *changed, sd_bus_error *) {
    *static_cast<bool *>(changed) = true;
    return 0;
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
        // a kind of a newer daemon is skipped
        if (auto event = driver::event_of(texts))
            events.push_back(std::move(*event));
    }
    return bus_failure(r);
}

} // namespace

Result<RecorderClient> RecorderClient::connect(bool may_ask) {
    auto bus = TRY(open_system_bus());
    return RecorderClient(std::move(bus), may_ask);
}

Result<Message> RecorderClient::query() const {
    sd_bus_message *raw = nullptr;
    int r =
        sd_bus_message_new_method_call(bus_.get(), &raw, service, object, recorder, "QueryEvents");
    const Message call(raw);
    if (r >= 0)
        r = sd_bus_message_set_allow_interactive_authorization(raw, may_ask_ ? 1 : 0);
    if (r >= 0)
        r = sd_bus_message_append(raw, "tua{sv}", last_, events_a_call, 0);
    if (r < 0)
        return bus_failure(r);
    return call_bus(bus_.get(), call, answer_us);
}

Result<std::vector<driver::Event>> RecorderClient::read() {
    if (at_end_)
        return std::vector<driver::Event>();
    const auto reply = TRY(query());
    auto events = events_in(reply.get());
    if (!events)
        return events;
    at_end_ = events.value().size() < events_a_call;
    if (!events.value().empty())
        last_ = events.value().back().sequence;
    return events;
}

Result<void> RecorderClient::skip() {
    for (;;) {
        const auto some = TRY(read());
        if (some.empty())
            return {};
    }
}

Result<void> RecorderClient::listen() {
    sd_bus_slot *slot = nullptr;
    if (const int r = sd_bus_match_signal(bus_.get(), &slot, service, object, recorder, "Event",
                                          on_event, changed_.get());
        r < 0)
        return bus_failure(r);
    slot_.reset(slot);
    return {};
}

int RecorderClient::fd() const {
    return sd_bus_get_fd(bus_.get());
}

Result<bool> RecorderClient::has_more() {
    int r = 0;
    while ((r = sd_bus_process(bus_.get(), nullptr)) > 0) {
    }
    if (r < 0)
        return bus_failure(r);
    if (!std::exchange(*changed_, false))
        return false;
    at_end_ = false;
    // a person who was asked once is not asked again for each event
    may_ask_ = false;
    return true;
}

Result<std::vector<driver::Event>> events_of_daemon(bool may_ask) {
    auto client = TRY(RecorderClient::connect(may_ask));
    std::vector<driver::Event> all;
    for (;;) {
        auto some = TRY(client.read());
        if (some.empty())
            return all;
        all.insert(all.end(), std::make_move_iterator(some.begin()),
                   std::make_move_iterator(some.end()));
    }
}

Result<std::vector<driver::Event>> recorded_events(driver::DriverClient &driver, bool may_ask) {
    std::vector<driver::Event> events;
    const auto read = driver.each_record([&](driver::Event &event) {
        if (!is_left_out(event))
            events.push_back(std::move(event));
        return true;
    });
    if (read)
        return events;
    if (read.error().code != ErrorCode::NotAuthorized)
        return read.error();
    auto told = events_of_daemon(may_ask);
    if (told) {
        std::erase_if(told.value(), is_left_out);
        return told;
    }
    return Error{told.error().code == ErrorCode::NotAuthorized ? ErrorCode::NotAuthorized
                                                               : read.error().code,
                 read.error().message + "; the daemon: " + told.error().message};
}

} // namespace mk::cli
