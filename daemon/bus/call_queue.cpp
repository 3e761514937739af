// SPDX-License-Identifier: GPL-2.0-only
#include "bus/call_queue.hpp"

#include <sys/ioctl.h>

#include <cstring>
#include <ctime>
#include <numeric>

#include "bus/guarded.hpp"

namespace mk::bus {

namespace {

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

// Takes from @left what the arguments of @call hold; false: there is not so much.
bool take_bytes(sd_bus_message *call, std::size_t &left) {
    constexpr std::size_t number = 8;
    char type = 0;
    const char *contents = nullptr;
    while (sd_bus_message_peek_type(call, &type, &contents) > 0) {
        std::size_t bytes = number;
        if (contents) {
            if (sd_bus_message_enter_container(call, type, contents) < 0 ||
                !take_bytes(call, left) || sd_bus_message_exit_container(call) < 0)
                return false;
        } else if (std::strchr("sog", type)) {
            const char *text = nullptr;
            if (sd_bus_message_read_basic(call, type, &text) < 0)
                return false;
            bytes += std::strlen(text);
        } else if (sd_bus_message_skip(call, std::string(1, type).c_str()) < 0) {
            return false;
        }
        if (bytes > left)
            return false;
        left -= bytes;
    }
    return true;
}

bool is_small(sd_bus_message *call) {
    auto left = CallQueue::bytes_max;
    const bool fits = take_bytes(call, left);
    sd_bus_message_rewind(call, true);
    return fits;
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
    for (auto &[uid, calls] : waiting_)
        std::erase_if(
            calls, [&](const auto &call) { return name == sd_bus_message_get_sender(call.get()); });
    std::erase_if(waiting_, [](const auto &one) { return one.second.empty(); });
}

int CallQueue::on_message(sd_bus_message *message, void *userdata, sd_bus_error *) {
    auto &self = *static_cast<CallQueue *>(userdata);
    if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0)
        return 0;
    self.charge();
    return self.may_pass(message) ? 0 : 1;
}

bool CallQueue::may_pass(sd_bus_message *call) {
    const auto began = processor_time();
    if (released_ && released_->call.get() == call) {
        answering_ = Answering{released_->uid, began};
        released_.reset();
        return true;
    }
    // Nobody is looked up for nothing: that asks the bus.
    if (waiting_.empty() && !does_anybody_wait(bus_))
        return true;
    const auto uid = user_of_(call);
    if (!uid || *uid == 0)
        return true;
    // Those that wait are before it.
    if (!waiting_.contains(*uid) && accounts_.left(*uid, Clock::now()) > Clock::duration::zero()) {
        answering_ = Answering{*uid, began};
        return true;
    }
    defer(*uid, call);
    release(Clock::duration(1));
    return false;
}

void CallQueue::defer(uid_t uid, sd_bus_message *call) {
    const auto all =
        std::accumulate(waiting_.begin(), waiting_.end(), std::size_t{0},
                        [](std::size_t sum, const auto &one) { return sum + one.second.size(); });
    const auto own = waiting_.find(uid);
    if (all >= waiting_max || (own != waiting_.end() && own->second.size() >= of_user_max) ||
        !is_small(call)) {
        sd_bus_reply_method_errorf(call, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                   "too many calls of this user wait already; read their answers "
                                   "first");
        return;
    }
    waiting_[uid].emplace_back(sd_bus_message_ref(call));
    sd_event_source_set_enabled(idle_.get(), SD_EVENT_ONESHOT);
}

// Gives the oldest call of the user with the most time left its turn, if that is at least @least.
void CallQueue::release(Clock::duration least) {
    if (released_ || waiting_.empty())
        return;
    const auto now = Clock::now();
    const auto next =
        std::max_element(waiting_.begin(), waiting_.end(), [&](const auto &one, const auto &other) {
            return accounts_.left(one.first, now) < accounts_.left(other.first, now);
        });
    auto &[uid, calls] = *next;
    if (accounts_.left(uid, now) < least || sd_bus_enqueue_for_read(bus_, calls.front().get()) < 0)
        return;
    released_ = Released{uid, std::move(calls.front())};
    calls.pop_front();
    if (calls.empty())
        waiting_.erase(next);
}

void CallQueue::charge() {
    if (answering_)
        accounts_.use(answering_->uid, processor_time() - answering_->began, Clock::now());
    answering_.reset();
}

int CallQueue::on_turn_over(sd_event_source *, void *userdata) {
    static_cast<CallQueue *>(userdata)->charge();
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
