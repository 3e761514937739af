// SPDX-License-Identifier: GPL-2.0-only
#include "bus/call_queue.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "bus/callback.hpp"

namespace mk::bus {

namespace {

constexpr auto turn = std::chrono::milliseconds(2);
// The time that a client waits for an answer by default; a later answer would be for nobody.
constexpr auto patience = std::chrono::seconds(25);

std::chrono::nanoseconds processor_time() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Whether there is anything after the message that is being dispatched.
bool does_anybody_wait(sd_bus *bus) {
    std::uint64_t queued = 0;
    int bytes = 0;
    return (sd_bus_get_n_queued_read(bus, &queued) >= 0 && queued > 0) ||
           (ioctl(sd_bus_get_fd(bus), FIONREAD, &bytes) == 0 && bytes > 0);
}

// Size of the arguments of @call, or that it is too large: more than any method takes.
class Arguments {
  public:
    static constexpr std::size_t too_much = SIZE_MAX;

    static std::size_t bytes_of(sd_bus_message *call, std::size_t most) {
        Arguments arguments(most);
        const bool is_read = arguments.read(call);
        sd_bus_message_rewind(call, true);
        return is_read ? arguments.bytes_ : too_much;
    }

  private:
    static constexpr std::size_t values_max = 4096;

    explicit Arguments(std::size_t most) : most_(most) {}

    bool read(sd_bus_message *call) {
        char type = 0;
        const char *contents = nullptr;
        int more = 0;
        while ((more = sd_bus_message_peek_type(call, &type, &contents)) > 0) {
            if (++values_ > values_max ||
                !(contents ? enter(call, type, contents) : take(call, type)))
                return false;
            bytes_ += sizeof(std::uint64_t);
            if (bytes_ > most_)
                return false;
        }
        return more == 0;
    }
    bool enter(sd_bus_message *call, char type, const char *contents) {
        return sd_bus_message_enter_container(call, type, contents) > 0 && read(call) &&
               sd_bus_message_exit_container(call) >= 0;
    }
    bool take(sd_bus_message *call, char type) {
        const char basic[] = {type, '\0'};
        if (!std::strchr("sog", type))
            return sd_bus_message_skip(call, basic) >= 0;
        const char *text = nullptr;
        if (sd_bus_message_read_basic(call, type, &text) < 0)
            return false;
        bytes_ += std::strlen(text);
        return true;
    }

    std::size_t most_;
    std::size_t values_ = 0;
    std::size_t bytes_ = 0;
};

int refuse(sd_bus_message *call, const char *why) {
    return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_LIMITS_EXCEEDED, "%s", why);
}

} // namespace

int CallQueue::attach(sd_bus *bus) {
    bus_ = bus;
    sd_bus_slot *slot = nullptr;
    int error = sd_bus_add_filter(bus, &slot, callback<on_message>, this);
    slot_.reset(slot);
    sd_event *event = sd_bus_get_event(bus);
    sd_event_source *source = nullptr;
    if (error >= 0)
        error = sd_event_add_post(event, &source, callback<on_turn_over>, this);
    turn_.reset(source);
    source = nullptr;
    if (error >= 0)
        error = sd_event_add_defer(event, &source, callback<on_idle>, this);
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
    answering_ = Answering{*uid, began}; // also for what only waits
    // Waiting calls of the same user come before it.
    if (!waiting_.contains(*uid) &&
        (time_left(*uid) > Clock::duration::zero() || !does_anybody_wait(bus_)))
        return true;
    add(waiting_[*uid], of_user, call);
    settle(*uid);
    return false;
}

void CallQueue::ask_who_calls(sd_bus_message *call) {
    const char *sender = sd_bus_message_get_sender(call);
    if (!sender)
        return;
    const std::string name = sender;
    const bool is_first = !strangers_.contains(name);
    add(strangers_[name], of_stranger, call);
    if (is_first && !users_.look_up(call, [this, name] { on_known(name); }))
        on_known(name);
}

// As far as possible.
void CallQueue::on_known(const std::string &name) {
    const auto calls = strangers_.extract(name);
    if (!calls)
        return;
    for (const auto &call : calls.mapped().calls) {
        const auto uid = users_.find(call.message.get());
        if (!uid) {
            sd_bus_reply_method_errorf(call.message.get(), SD_BUS_ERROR_ACCESS_DENIED,
                                       "the bus does not identify the caller");
            continue;
        }
        add(waiting_[*uid], of_user, call.message.get());
        settle(*uid);
    }
}

// Refuses @call if it cannot wait.
void CallQueue::add(Calls &calls, const Limits &limits, sd_bus_message *call) {
    if (calls.calls.size() >= limits.calls) {
        refuse(call, "too many calls of this user are waiting; read their answers first");
        return;
    }
    const auto bytes = Arguments::bytes_of(call, limits.bytes - calls.bytes);
    if (bytes == Arguments::too_much) {
        refuse(call, "the arguments of this user's waiting calls are too large together; read "
                     "their answers first");
        return;
    }
    calls.bytes += bytes;
    calls.calls.push_back({Message(sd_bus_message_ref(call)), bytes, Clock::now()});
}

void CallQueue::settle(uid_t uid) {
    if (waiting_[uid].calls.empty())
        waiting_.erase(uid);
    else
        sd_event_source_set_enabled(idle_.get(), SD_EVENT_ONESHOT);
}

CallQueue::Clock::duration CallQueue::time_left(uid_t uid) {
    return uid == 0 ? Clock::duration::max() : accounts_.left(uid, Clock::now());
}

// Answers the oldest call of the user with the most time left, if that is at least @least.
void CallQueue::release(Clock::duration least) {
    while (!released_ && !waiting_.empty()) {
        const auto next = std::max_element(waiting_.begin(), waiting_.end(),
                                           [this](const auto &one, const auto &other) {
                                               return time_left(one.first) < time_left(other.first);
                                           });
        auto &[uid, calls] = *next;
        auto &call = calls.calls.front();
        const bool is_late = Clock::now() - call.since > patience;
        if (!is_late &&
            (time_left(uid) < least || sd_bus_enqueue_for_read(bus_, call.message.get()) < 0))
            return;
        if (is_late)
            refuse(call.message.get(),
                   "the call waited too long behind the calls of others; try again");
        else
            released_ = Released{uid, keep(call.message.get())};
        calls.bytes -= call.bytes;
        calls.calls.pop_front();
        if (calls.calls.empty())
            waiting_.erase(next);
    }
}

void CallQueue::charge(std::chrono::nanoseconds now) {
    if (answering_ && answering_->uid != 0)
        accounts_.use(answering_->uid, now - answering_->began, Clock::now());
    answering_.reset();
}

// More than the single message that a turn of the event loop reads, which is slower than a user
// sends.
int CallQueue::on_turn_over(sd_event_source *source, void *userdata) {
    auto &self = *static_cast<CallQueue *>(userdata);
    auto *event = sd_event_source_get_event(source);
    const auto end = Clock::now() + turn;
    int processed = 1;
    while (processed > 0) {
        if (self.answering_)
            self.charge(processor_time());
        self.release(Clock::duration(1));
        if (Clock::now() >= end || sd_event_get_exit_code(event, nullptr) >= 0)
            break;
        // A connection that broke is seen by the next turn, which closes it.
        processed = sd_bus_process(self.bus_, nullptr);
    }
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
