// SPDX-License-Identifier: GPL-2.0-only
#include "bus/record_query.hpp"

#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "bus/bus_error.hpp"
#include "bus/utf8.hpp"
#include "driver_client/event_codec.hpp"
#include "explain/explain_record.hpp"

namespace mk::bus {

namespace {

int append_value(sd_bus_message *reply, const driver::FieldValue &value) {
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
    for (const auto &field : driver::fields_of(event)) {
        if (error >= 0)
            error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
        if (error >= 0)
            error = sd_bus_message_append(reply, "s", std::string(field.name).c_str());
        if (error >= 0)
            error = append_value(reply, field.value);
        if (error >= 0)
            error = sd_bus_message_close_container(reply);
    }
    if (const auto failure = error_of_record(event); failure && error >= 0)
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

} // namespace

void RecordQuery::begin(const Open &open) {
    began_ns_ = boottime_ns();
    reader_ = open();
    sd_bus_message *raw = nullptr;
    error_ = sd_bus_message_new_method_return(call_.get(), &raw);
    reply_.reset(raw);
    if (error_ >= 0)
        error_ = sd_bus_message_open_container(raw, SD_BUS_TYPE_ARRAY, "a{sv}");
}

bool RecordQuery::go_on(Clock::time_point end) {
    do {
        if (taken_ == events_.size() && !is_over())
            is_over_ = !fill();
        while (taken_ < events_.size() && !is_over() && Clock::now() < end)
            is_over_ = !take(events_[taken_++]);
    } while (!is_over() && Clock::now() < end);
    if (!is_over())
        return false;
    finish();
    return true;
}

// False: there are no more.
bool RecordQuery::fill() {
    if (!reader_ || (!events_.empty() && events_.back().boottime_ns >= began_ns_))
        return false;
    taken_ = 0;
    auto more = reader_.value()->next();
    if (!more)
        reader_ = more.error();
    events_ = more ? std::move(more.value()) : std::vector<driver::Event>{};
    return !events_.empty();
}

// False: that is enough.
bool RecordQuery::take(const driver::Event &event) {
    const bool is_lost = event.kind == driver::EventKind::Lost;
    if (event.sequence <= wanted_.after)
        return true;
    // Missing records are always reported: no filter can say whether they would have passed.
    if (std::exchange(is_first_, false) && !is_lost && event.sequence > wanted_.after + 1)
        error_ = append_event(reply_.get(), lost_before(event.sequence, wanted_.after + 1));
    if (!is_lost && !wanted_.filter.matches(event))
        return true;
    if (error_ >= 0)
        error_ = append_event(reply_.get(), event);
    return ++count_ < wanted_.most;
}

void RecordQuery::finish() {
    if (!reader_)
        return reply_error(call_.get(), reader_.error());
    if (error_ >= 0)
        error_ = sd_bus_message_close_container(reply_.get());
    if (error_ >= 0)
        error_ = sd_bus_send(nullptr, reply_.get(), nullptr);
    if (error_ < 0)
        reply_error(call_.get(), {ErrorCode::Failed, std::string("the answer cannot be made: ") +
                                                         std::strerror(-error_)});
}

} // namespace mk::bus
