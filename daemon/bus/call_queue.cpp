// SPDX-License-Identifier: GPL-2.0-only
#include "bus/call_queue.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "bus/guarded.hpp"

namespace mk::bus {

namespace {

constexpr auto turn = std::chrono::milliseconds(2);

std::chrono::nanoseconds processor_time() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Is there anything behind the message that is dispatched now?
bool does_anybody_wait(sd_bus *bus) {
    std::uint64_t queued = 0;
    int bytes = 0;
    return (sd_bus_get_n_queued_read(bus, &queued) >= 0 && queued > 0) ||
           (ioctl(sd_bus_get_fd(bus), FIONREAD, &bytes) == 0 && bytes > 0);
}

// How much the arguments of @call hold, or that it is more than @most.
std::size_t bytes_of(sd_bus_message *call, std::size_t most) {
    constexpr std::size_t of_value = 32; // at the least: so that not too many are looked at
    std::size_t bytes = 0;
    char type = 0;
    const char *contents = nullptr;
    while (bytes <= most && sd_bus_message_peek_type(call, &type, &contents) > 0) {
        bytes += of_value;
        if (contents) {
            if (sd_bus_message_enter_container(call, type, contents) < 0)
                break;
            bytes += bytes_of(call, most);
            if (bytes > most || sd_bus_message_exit_container(call) < 0)
                break;
        } else if (std::strchr("sog", type)) {
            const char *text = nullptr;
            if (sd_bus_message_read_basic(call, type, &text) < 0)
                break;
            bytes += std::strlen(text);
        } else if (sd_bus_message_skip(call, std::string(1, type).c_str()) < 0) {
            break;
        }
    }
    return bytes;
}

int refuse(sd_bus_message *call) {
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                      "too many calls of this user wait already; read their "
                                      "answers first");
}

} // namespace

int CallQueue::attach(sd_bus *bus) {
    bus_ = bus;
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_filter(bus, &slot, guarded<on_message>, this);
    slot_.reset(slot);
    sd_event *event = sd_bus_get_event(bus);
    sd_event_source *source = nullptr;
    if (error >= 0)
        error = sd_event_add_post(event, &source, guarded<on_turn_over>, this);
    turn_.reset(source);
    source = nullptr;
    if (error >= 0)
        error = sd_event_add_defer(event, &source, guarded<on_idle>, this);
    idle_.reset(source);
    if (error >= 0)
        error = sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IDLE);
    return error < 0 ? error : sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

void CallQueue::forget(const std::string &name) {
    strangers_.erase(name);
    for (auto &[uid, calls] : waiting_)
        std::erase_if(calls.calls, [&calls = calls, &name](const Call &call) {
            const bool is_meant = name == sd_bus_message_get_sender(call.message.get());
            calls.bytes -= is_meant ? call.bytes : 0;
            return is_meant;
        });
    std::erase_if(waiting_, [](const auto &one) { return one.second.calls.empty(); });
}

int CallQueue::on_message(sd_bus_message *message, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<CallQueue *>(userdata);
    if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0)
        return 0;
    const auto now = processor_time();
    self.charge(now);
    return self.may_pass(message, now) ? 0 : 1;
}

bool CallQueue::may_pass(sd_bus_message *call, std::chrono::nanoseconds began) {
    if (released_ && released_->message.get() == call) {
        answering_ = Answering{released_->uid, began};
        released_.reset();
        return true;
    }
    const auto uid = users_.find(call);
    if (!uid) {
        ask_who_calls(call);
        return false;
    }
    // Those of the same user that wait are before it.
    if (!waiting_.contains(*uid) &&
        (time_left(*uid) > Clock::duration::zero() || !does_anybody_wait(bus_))) {
        answering_ = Answering{*uid, began};
        return true;
    }
    defer(*uid, {Message(sd_bus_message_ref(call)), bytes_of(call, of_user.bytes)});
    release(Clock::duration(1));
    return false;
}

void CallQueue::ask_who_calls(sd_bus_message *call) {
    const char *sender = sd_bus_message_get_sender(call);
    if (!sender)
        return;
    const std::string name = sender;
    const bool is_first = !strangers_.contains(name);
    if (!add(strangers_[name], of_stranger,
             {Message(sd_bus_message_ref(call)), bytes_of(call, of_stranger.bytes)}))
        refuse(call);
    if (is_first && !users_.look_up(call, [this, name] { on_known(name); }))
        on_known(name);
}

// As far as it can be.
void CallQueue::on_known(const std::string &name) {
    const auto calls = strangers_.extract(name);
    if (!calls)
        return;
    for (auto &call : calls.mapped().calls) {
        if (const auto uid = users_.find(call.message.get()))
            defer(*uid, std::move(call));
        else
            sd_bus_reply_method_errorf(call.message.get(), SD_BUS_ERROR_ACCESS_DENIED,
                                       "the bus does not say who calls");
    }
    release(Clock::duration(1));
}

bool CallQueue::add(Calls &calls, const Limits &limits, Call call) {
    if (calls.calls.size() >= limits.calls || calls.bytes + call.bytes > limits.bytes)
        return false;
    sd_bus_message_rewind(call.message.get(), true);
    calls.bytes += call.bytes;
    calls.calls.push_back(std::move(call));
    return true;
}

void CallQueue::defer(uid_t uid, Call call) {
    const auto message = keep(call.message.get());
    if (!add(waiting_[uid], of_user, std::move(call)))
        refuse(message.get());
    if (waiting_[uid].calls.empty())
        waiting_.erase(uid);
    else
        sd_event_source_set_enabled(idle_.get(), SD_EVENT_ONESHOT);
}

CallQueue::Clock::duration CallQueue::time_left(uid_t uid) {
    return uid == 0 ? Clock::duration::max() : accounts_.left(uid, Clock::now());
}

// Gives the oldest call of the user with the most time left its turn, if that is at least @least.
void CallQueue::release(Clock::duration least) {
    if (released_ || waiting_.empty())
        return;
    const auto next = std::max_element(waiting_.begin(), waiting_.end(),
                                       [this](const auto &one, const auto &other) {
                                           return time_left(one.first) < time_left(other.first);
                                       });
    auto &[uid, calls] = *next;
    auto &call = calls.calls.front();
    if (time_left(uid) < least || sd_bus_enqueue_for_read(bus_, call.message.get()) < 0)
        return;
    calls.bytes -= call.bytes;
    released_ = Released{uid, std::move(call.message)};
    calls.calls.pop_front();
    if (calls.calls.empty())
        waiting_.erase(next);
}

void CallQueue::charge(std::chrono::nanoseconds now) {
    if (answering_ && answering_->uid != 0)
        accounts_.use(answering_->uid, now - answering_->began, Clock::now());
    answering_.reset();
}

// More than the one message that a turn of the event loop takes, which is slower than a user sends.
int CallQueue::on_turn_over(sd_event_source *, void *userdata) {
    auto &self = *static_cast<CallQueue *>(userdata);
    const auto end = Clock::now() + turn;
    do {
        if (self.answering_)
            self.charge(processor_time());
    } while (Clock::now() < end && sd_bus_process(self.bus_, nullptr) > 0);
    return 0;
}

int CallQueue::on_idle(sd_event_source *, void *userdata) {
    auto &self = *static_cast<CallQueue *>(userdata);
    self.release(Clock::duration::min());
    if (!self.waiting_.empty())
        sd_event_source_set_enabled(self.idle_.get(), SD_EVENT_ONESHOT);
    return 0;
}

} // namespace mk::bus
