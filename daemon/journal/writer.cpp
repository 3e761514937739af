// SPDX-License-Identifier: GPL-2.0-only
#include "journal/writer.hpp"

#include <fmt/format.h>
#include <syslog.h>

#include "journal/message_ids.hpp"

namespace mk::journal {

void Writer::leave_out(Clock::time_point now) {
    if (left_out_++ == 0)
        summary_ = now + summary_every;
}

void Writer::tell_left_out(Clock::time_point now) {
    if (left_out_ == 0 || now < summary_)
        return;
    const int error =
        send_({fmt::format("MESSAGE=module events left out of the journal: {}; too many came at "
                           "once; modkeeper events shows them",
                           left_out_),
               fmt::format("MESSAGE_ID={}", left_out_id), fmt::format("PRIORITY={}", LOG_WARNING),
               fmt::format("MODKEEPER_LEFT_OUT={}", left_out_)});
    if (error < 0)
        retry_ = now + retry_after;
    else
        left_out_ = 0;
}

bool Writer::send(const driver::Event &event, const Fields &more) {
    auto entry = entry_of(event, KernelState::read());
    entry.insert(entry.end(), more.begin(), more.end());
    // which is there while the module is; of one that came and went there is none
    if (event.kind == driver::EventKind::LoadLive)
        for (auto &field : fields_of(identity_of_loaded("", ModuleName(driver::module_of(event)))))
            entry.push_back(std::move(field));
    return send_(entry) >= 0;
}

void Writer::enter(const driver::Event &event, Clock::time_point now, const Fields &more) {
    const Position here{event.boottime_ns, event.sequence};
    if (!is_entered(event) || here <= last_)
        return;
    if (!budget_.allows(event, now))
        leave_out(now);
    else if (!send(event, more))
        retry_ = now + retry_after;
    if (!retry_)
        last_ = here;
}

void Writer::take(const driver::Event &event, Clock::time_point now, const Fields &more) {
    if (!retry_)
        enter(event, now, more);
    if (!retry_)
        tell_left_out(now);
}

std::optional<Writer::Clock::time_point> Writer::due() const {
    if (retry_)
        return retry_;
    return left_out_ > 0 ? std::optional(summary_) : std::nullopt;
}

void Writer::catch_up(const EachRecord &each_record, Clock::time_point now) {
    if (retry_ && now >= *retry_) {
        retry_.reset();
        each_record([&](driver::Event &event) {
            take(event, now);
            return !retry_;
        });
    }
    if (!retry_)
        tell_left_out(now);
}

} // namespace mk::journal
