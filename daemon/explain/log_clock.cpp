// SPDX-License-Identifier: GPL-2.0-only
#include "explain/log_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <linux/perf_event.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace mk {
namespace {

constexpr std::int64_t microsecond = 1'000;

// The page of state and one of records that perf shares with whoever counts something.
class PerfRing {
  public:
    explicit PerfRing(const perf_event_attr &attributes)
        : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
          fd_(static_cast<int>(
              syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC))) {
        if (fd_ >= 0)
            pages_ = mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    }
    PerfRing(const PerfRing &) = delete;
    PerfRing &operator=(const PerfRing &) = delete;
    ~PerfRing() {
        if (pages_ != MAP_FAILED)
            munmap(pages_, 2 * page_);
        if (fd_ >= 0)
            close(fd_);
    }

    // The last eight bytes of the first record, which is what @attributes have it end with.
    std::optional<std::uint64_t> end_of_first_record() const {
        if (pages_ == MAP_FAILED)
            return std::nullopt;
        const auto *state = static_cast<const perf_event_mmap_page *>(pages_);
        const char *records = static_cast<const char *>(pages_) + page_;
        perf_event_header header{};
        std::memcpy(&header, records, sizeof(header));
        const auto written = __atomic_load_n(&state->data_head, __ATOMIC_ACQUIRE);
        std::uint64_t value = 0;
        if (written < sizeof(header) || header.size < sizeof(header) + sizeof(value) ||
            header.size > written)
            return std::nullopt;
        std::memcpy(&value, records + header.size - sizeof(value), sizeof(value));
        return value;
    }

  private:
    std::size_t page_;
    int fd_;
    void *pages_ = MAP_FAILED;
};

// perf stamps its records with the clock that printk() stamps lines with. That a thread was given
// its own name again is a record, and changes nothing; a line for the log would be seen there.
std::optional<std::uint64_t> log_clock_ns() {
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.sample_type = PERF_SAMPLE_TIME;
    attributes.sample_id_all = 1;
    attributes.comm = 1;
    attributes.exclude_kernel = 1;
    const PerfRing ring(attributes);
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    prctl(PR_SET_NAME, name);
    return ring.end_of_first_record();
}

bool begins_sleep(std::string_view text) {
    return text.starts_with("PM: suspend entry") ||
           text.starts_with("PM: hibernation: hibernation entry") ||
           text.starts_with("PM: hibernation entry");
}

bool ends_sleep(std::string_view text) {
    return text.starts_with("PM: suspend exit") ||
           text.starts_with("PM: hibernation: hibernation exit") ||
           text.starts_with("PM: hibernation exit");
}

// One that the log does not reach back to the beginning of begins with the log.
std::vector<Sleep> sleeps_in(const std::vector<KernelMessage> &messages) {
    std::vector<Sleep> sleeps;
    std::optional<std::uint64_t> entered;
    for (const auto &message : messages) {
        if (begins_sleep(message.text))
            entered = message.microseconds * microsecond;
        if (!ends_sleep(message.text))
            continue;
        const auto left = message.microseconds * microsecond;
        sleeps.push_back({entered.value_or(messages.front().microseconds * microsecond), left});
        entered.reset();
    }
    return sleeps;
}

std::int64_t difference(std::uint64_t one, std::uint64_t other) {
    return static_cast<std::int64_t>(one) - static_cast<std::int64_t>(other);
}

} // namespace

ClockReading LogClock::read() {
    const auto before = clock_ns(CLOCK_BOOTTIME);
    const auto log = log_clock_ns();
    const auto after = clock_ns(CLOCK_BOOTTIME);
    const auto monotonic = clock_ns(CLOCK_MONOTONIC);
    const auto slept = clock_ns(CLOCK_BOOTTIME) - monotonic;
    const auto boottime = before + (after - before) / 2;
    return {boottime, boottime - slept, log.value_or(boottime - slept)};
}

LogClock::LogClock(const ClockReading &now, const std::vector<KernelMessage> &messages)
    : now_(now) {
    const std::int64_t slept = difference(now.boottime, now.monotonic);
    // there are machines whose CPU counts on while they sleep
    if (std::abs(difference(now.monotonic, now.log)) < std::abs(difference(now.boottime, now.log)))
        slept_ = slept;
    if (slept_ > 0)
        sleeps_ = sleeps_in(messages);
}

// What the log's clock is behind that of the event, sleep apart. A little is there from the start;
// what is more has come about little by little.
std::int64_t LogClock::runs_off_by(std::uint64_t boottime_ns) const {
    constexpr std::int64_t from_the_start = 200'000'000;
    const std::int64_t now = difference(now_.boottime, now_.log) - slept_;
    if (std::abs(now) <= from_the_start || now_.boottime == 0)
        return now;
    const double share = static_cast<double>(boottime_ns) / static_cast<double>(now_.boottime);
    return static_cast<std::int64_t>(static_cast<double>(now) * share);
}

std::optional<std::uint64_t> LogClock::microseconds_of(std::uint64_t boottime_ns) const {
    const auto to_log = [&](std::int64_t slept) {
        return static_cast<std::int64_t>(boottime_ns) - runs_off_by(boottime_ns) - slept;
    };
    const auto microseconds = [](std::int64_t ns) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0) / microsecond);
    };
    const std::int64_t after_all = to_log(slept_);
    if (sleeps_.empty() || after_all >= static_cast<std::int64_t>(sleeps_.back().left))
        return microseconds(after_all);
    const std::int64_t before_all = to_log(0);
    if (before_all <= static_cast<std::int64_t>(sleeps_.front().entered))
        return microseconds(before_all);
    // while it fell asleep or woke up
    if (sleeps_.size() == 1)
        return sleeps_.front().left / microsecond;
    return std::nullopt;
}

} // namespace mk
