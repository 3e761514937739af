// SPDX-License-Identifier: GPL-2.0-only
#include "bus/recorder_object.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/guarded.hpp"
#include "bus/object_path.hpp"
#include "bus/utf8.hpp"
#include "driver/event_facts.hpp"
#include "engine/explain_record.hpp"

namespace mk::bus {

namespace {

constexpr std::uint64_t ns_per_us = 1000;

int append_value(sd_bus_message *reply, const driver::FactValue &value) {
    if (const auto *text = std::get_if<std::string>(&value))
        return sd_bus_message_append(reply, "v", "s", utf8(*text).c_str());
    if (const auto *on = std::get_if<bool>(&value))
        return sd_bus_message_append(reply, "v", "b", static_cast<int>(*on));
    if (const auto *names = std::get_if<std::vector<std::string>>(&value)) {
        int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_VARIANT, "as");
        if (error >= 0)
            error = append_strings(reply, *names);
        return error < 0 ? error : sd_bus_message_close_container(reply);
    }
    return sd_bus_message_append(reply, "v", "t", std::get<std::uint64_t>(value));
}

int append_event(sd_bus_message *reply, const driver::Event &event) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    for (const auto &fact : driver::facts_of(event)) {
        if (error >= 0)
            error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
        if (error >= 0)
            error = sd_bus_message_append(reply, "s", std::string(fact.name).c_str());
        if (error >= 0)
            error = append_value(reply, fact.value);
        if (error >= 0)
            error = sd_bus_message_close_container(reply);
    }
    if (const auto failure = engine::error_of_record(event); failure && error >= 0)
        error = sd_bus_message_append(reply, "{sv}", "error", "s",
                                      std::string(error_name(*failure)).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

// That the records from @first up to @next are gone.
driver::Event lost_before(std::uint64_t next, std::uint64_t first) {
    driver::Event lost{driver::EventKind::Lost};
    lost.sequence = first;
    lost.body = driver::Lost{next - first};
    return lost;
}

std::optional<std::uint64_t> nanoseconds(std::optional<std::uint64_t> microseconds) {
    if (!microseconds)
        return std::nullopt;
    return std::min(*microseconds, UINT64_MAX / ns_per_us) * ns_per_us;
}

} // namespace

const sd_bus_vtable RecorderObject::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS(
        "QueryEvents", SD_BUS_ARGS("t", since_sequence, "u", max, "a{sv}", filter),
        SD_BUS_RESULT("aa{sv}", events), guarded<on_query>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("Event",
                            SD_BUS_ARGS("t", sequence, "s", kind, "s", module, "s", result), 0),
    SD_BUS_VTABLE_END};

int RecorderObject::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_vtable(bus, &slot, root_path, recorder_interface, vtable, this);
    slot_.reset(slot);
    return error;
}

Result<RecorderObject::Query> RecorderObject::read_query(sd_bus_message *call) {
    Query query;
    std::uint32_t most = 0;
    if (int error = sd_bus_message_read(call, "tu", &query.after, &most); error < 0)
        return Error{ErrorCode::InvalidArgument,
                     std::string("the arguments cannot be read: ") + std::strerror(-error)};
    if (most != 0)
        query.most = std::min(most, events_max);
    std::vector<std::string> kinds;
    std::optional<std::uint64_t> since;
    std::optional<std::uint64_t> until;
    const std::array<Option, 5> options = {{{"kinds", &kinds},
                                            {"module", &query.filter.module},
                                            {"failed", &query.filter.failed},
                                            {"since", &since},
                                            {"until", &until}}};
    if (auto read = read_options(call, "QueryEvents", options); !read)
        return read.error();
    if (auto sound = driver::check_glob(query.filter.module); !sound)
        return sound.error();
    for (const auto &kind : kinds)
        if (auto added = driver::add_kinds(query.filter, kind); !added)
            return added.error();
    if (since)
        query.filter.since = {*nanoseconds(since), {}};
    if (until)
        query.filter.until = {*nanoseconds(until), {}};
    return query;
}

int RecorderObject::on_query(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<RecorderObject *>(userdata);
    auto query = read_query(message);
    if (!query)
        return set_error(error, query.error());
    auto call = keep(message);
    const auto question = question_of(query.value().filter);
    self.authority_.ask(message, question, [&self, call, wanted = std::move(query.value())] {
        self.answer(call.get(), wanted);
    });
    return 1;
}

void RecorderObject::answer(sd_bus_message *call, const Query &query) {
    sd_bus_message *raw = nullptr;
    int error = sd_bus_message_new_method_return(call, &raw);
    Message reply(raw);
    if (error >= 0)
        error = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "a{sv}");
    std::uint32_t count = 0;
    bool is_first = true;
    auto read = source_.each_record([&](driver::Event &event) {
        const bool is_lost = event.kind == driver::EventKind::Lost;
        if (event.sequence <= query.after)
            return true;
        // What is missing is told to everybody: no filter can say whether it would have passed.
        if (error >= 0 && std::exchange(is_first, false) && !is_lost &&
            event.sequence > query.after + 1)
            error = append_event(raw, lost_before(event.sequence, query.after + 1));
        if (!is_lost && !query.filter.matches(event))
            return true;
        if (error >= 0)
            error = append_event(raw, event);
        return error >= 0 && ++count < query.most;
    });
    if (!read)
        return reply_error(call, read.error());
    if (error >= 0)
        error = sd_bus_message_close_container(raw);
    if (error >= 0)
        error = sd_bus_send(nullptr, raw, nullptr);
    if (error < 0)
        reply_error(call, {ErrorCode::Failed,
                           std::string("the answer cannot be made: ") + std::strerror(-error)});
}

} // namespace mk::bus
