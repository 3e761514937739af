// SPDX-License-Identifier: GPL-2.0-only
#include "journal/writer.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include <algorithm>
#include <sys/uio.h>

#include "journal/libsystemd.hpp"
#include "journal/message_ids.hpp"

namespace mk::journal {

namespace {

// Loads whose end is not known yet: more are never under way.
constexpr std::size_t begun_max = 64;

} // namespace

void Writer::remember(const driver::Event &event) {
    const auto *change = event.as<driver::ModuleChange>();
    if (!change || event.kind != driver::EventKind::LoadBegin)
        return;
    begun_.push_back({event.sequence, change->file, change->args});
    if (begun_.size() > begun_max)
        begun_.pop_front();
}

driver::Event Writer::completed(const driver::Event &event) const {
    driver::Event whole = event;
    if (auto *change = std::get_if<driver::ModuleChange>(&whole.body);
        change && event.kind == driver::EventKind::LoadLive) {
        const auto begin = std::find_if(begun_.begin(), begun_.end(), [&](const auto &one) {
            return one.sequence == change->load_sequence;
        });
        if (begin != begun_.end()) {
            change->file = begin->file;
            change->args = begin->args;
        }
    }
    return whole;
}

bool Writer::may_write(Clock::time_point now) {
    if (filled_ != Clock::time_point{}) {
        const std::chrono::duration<double> since = now - filled_;
        tokens_ = std::min(burst, tokens_ + since.count() * per_second);
    }
    filled_ = now;
    if (tokens_ < 1)
        return false;
    tokens_ -= 1;
    return true;
}

void Writer::leave_out(const driver::Event &event) {
    if (left_out_++ > 0)
        return;
    send_({"MESSAGE=so much happens to modules that not all of it is entered here; modkeeper "
           "events shows it",
           fmt::format("MESSAGE_ID={}", left_out_id), fmt::format("PRIORITY={}", LOG_WARNING),
           fmt::format("MODKEEPER_SEQUENCE={}", event.sequence)});
}

void Writer::take(const driver::Event &event, Clock::time_point now) {
    remember(event);
    const Position here{event.boottime_ns, event.sequence};
    if (!is_entered(event) || here <= last_)
        return;
    if (!may_write(now))
        return leave_out(event);
    if (left_out_ > 0)
        send_({fmt::format("MESSAGE={} events of modules were not entered here", left_out_),
               fmt::format("MESSAGE_ID={}", left_out_id), fmt::format("PRIORITY={}", LOG_WARNING),
               fmt::format("MODKEEPER_LEFT_OUT={}", left_out_)});
    left_out_ = 0;
    send_(entry_of(completed(event), engine::KernelState::read()));
    last_ = here;
}

int send_to_journal(const Fields &fields) {
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (const auto &field : fields)
        // which does not write to them
        parts.push_back({const_cast<char *>(field.data()), field.size()});
    return sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

} // namespace mk::journal
