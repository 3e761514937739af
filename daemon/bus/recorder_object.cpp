// SPDX-License-Identifier: GPL-2.0-only
#include "bus/recorder_object.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/callback.hpp"
#include "bus/holders_answer.hpp"
#include "bus/object_path.hpp"
#include "bus/task_answer.hpp"
#include "bus/utf8.hpp"
#include "bus/why_answer.hpp"
#include "driver_client/event_codec.hpp"
#include "explain/explain_record.hpp"
#include "holders/holder_text.hpp"

namespace mk::bus {

namespace {

constexpr std::uint64_t ns_per_us = 1000;

std::optional<std::uint64_t> nanoseconds(std::optional<std::uint64_t> microseconds) {
    if (!microseconds)
        return std::nullopt;
    return std::min(*microseconds, UINT64_MAX / ns_per_us) * ns_per_us;
}

Result<WhyQuestion> read_why(sd_bus_message *call) {
    WhyQuestion question;
    question.target = TRY(read_string(call));
    const std::array<Option, 2> options = {{{"record", &question.record}, {"pid", &question.pid}}};
    TRY(read_options(call, "Why", options));
    if (!question.target.empty() + question.record.has_value() + question.pid.has_value() > 1)
        return Error{ErrorCode::InvalidArgument,
                     "Why takes one of a name, \"record\" and \"pid\", not several"};
    if (is_path(question.target))
        return Error{ErrorCode::InvalidArgument,
                     "Why takes names and aliases; for a file use modkeeper why FILE"};
    if (!question.target.empty())
        TRY(check_load_target(question.target));
    return question;
}

} // namespace

const sd_bus_vtable RecorderObject::vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS(
        "QueryEvents", SD_BUS_ARGS("t", since_sequence, "u", max, "a{sv}", filter),
        SD_BUS_RESULT("aa{sv}", events), callback<on_query>, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Why", SD_BUS_ARGS("s", target, "a{sv}", options),
                            SD_BUS_RESULT("a{sv}", why), callback<on_why>,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL_WITH_ARGS("Event",
                            SD_BUS_ARGS("t", sequence, "s", kind, "s", module, "s", result), 0),
    SD_BUS_VTABLE_END};

int RecorderObject::attach(sd_bus *bus) {
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_object_vtable(bus, &slot, root_path, recorder_interface, vtable, this);
    slot_.reset(slot);
    sd_event_source *source = nullptr;
    if (error >= 0)
        error = sd_event_add_defer(sd_bus_get_event(bus), &source, callback<on_turn>, this);
    turn_.reset(source);
    if (error >= 0)
        error = sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IDLE);
    if (error >= 0)
        error = sd_event_source_set_enabled(source, SD_EVENT_OFF);
    callers_.on_left([this](const std::string &name) {
        waiting_.remove_if(
            [&](const auto &query) { return name == sd_bus_message_get_sender(query->call()); });
    });
    return error;
}

Result<RecordFilter> RecorderObject::read_query(sd_bus_message *call) {
    RecordFilter query;
    query.most = events_max;
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
    TRY(read_options(call, "QueryEvents", options));
    TRY(driver::check_glob(query.filter.module));
    for (const auto &kind : kinds)
        TRY(driver::add_kinds(query.filter, kind));
    if (since)
        query.filter.since = {*nanoseconds(since), {}};
    if (until)
        query.filter.until = {*nanoseconds(until), {}};
    return query;
}

int RecorderObject::on_why(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<RecorderObject *>(userdata);
    auto question = read_why(message);
    if (!question)
        return set_error(error, question.error());
    auto call = keep(message);
    const driver::EventFilter filter{.module = question.value().target};
    self.polkit_.ask(message, question_of(filter),
                     [&self, call, asked = question.value()] { self.find_out_why(call, asked); });
    return 1;
}

void RecorderObject::find_out_why(const std::shared_ptr<sd_bus_message> &call,
                                  WhyQuestion question) {
    const auto user = callers_.user_of(call.get());
    answer_in_task(
        background_, callers_, call.get(), true,
        [this, question = std::move(question), user] {
            const auto look = [&](const ModuleName &module) -> std::optional<HeldBy> {
                const auto list = holders_for(user, module, find_holders_);
                return list ? std::optional(held_by(list.value())) : std::nullopt;
            };
            return why_answer(
                question, [this] { return source_.read_record(); }, last_load_, look);
        },
        append_first);
}

int RecorderObject::on_query(sd_bus_message *message, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<RecorderObject *>(userdata);
    auto query = read_query(message);
    if (!query)
        return set_error(error, query.error());
    auto call = keep(message);
    const auto question = question_of(query.value().filter);
    self.polkit_.ask(message, question, [&self, call, wanted = std::move(query.value())] {
        self.start(call, wanted);
    });
    return 1;
}

void RecorderObject::start(std::shared_ptr<sd_bus_message> call, RecordFilter wanted) {
    const auto *caller = callers_.find(call.get());
    if (!caller) // nobody would get the answer
        return reply_error(call.get(), {ErrorCode::NotAuthorized, "the caller has left the bus"});
    const auto left_out = waiting_.add(
        caller->account, std::make_shared<RecordQuery>(std::move(call), std::move(wanted)));
    if (left_out)
        reply_error(
            (*left_out)->call(),
            {ErrorCode::Failed, "too many callers are reading the record; try again later"});
    sd_event_source_set_enabled(turn_.get(), SD_EVENT_ON);
}

// In idle time: others do not wait for a query, and it waits for their calls.
int RecorderObject::on_turn(sd_event_source *source, void *userdata) {
    auto &self = *static_cast<RecorderObject *>(userdata);
    while (auto next = self.waiting_.take()) {
        next->second->begin([&self] { return self.source_.read_record(); });
        self.running_.push_back(std::move(*next));
    }
    if (self.running_.empty())
        return sd_event_source_set_enabled(source, SD_EVENT_OFF);
    // root's query runs beside that of another user
    auto running = std::move(self.running_.front());
    self.running_.pop_front();
    if (running.second->go_on(RecordQuery::Clock::now() + slice))
        self.waiting_.ended(running.first);
    else
        self.running_.push_back(std::move(running));
    return 0;
}

} // namespace mk::bus
