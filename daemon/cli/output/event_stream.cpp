// SPDX-License-Identifier: GPL-2.0-only
// Stream of events, and the decision when it ends.
#include "cli/output/event_stream.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

#include "cli/client/recorder_client.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/event_text.hpp"

namespace mk::cli {
namespace {

// While it exists, SIGINT and SIGTERM are readable from fd(), and a stdout without a reader is an
// error of write instead of a signal.
class EndingSignals {
  public:
    EndingSignals() : pipe_action_(std::signal(SIGPIPE, SIG_IGN)) {
        sigset_t ending;
        sigemptyset(&ending);
        sigaddset(&ending, SIGINT);
        sigaddset(&ending, SIGTERM);
        sigprocmask(SIG_BLOCK, &ending, &before_);
        fd_ = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    EndingSignals(const EndingSignals &) = delete;
    EndingSignals &operator=(const EndingSignals &) = delete;
    ~EndingSignals() {
        // a signal that ended the stream has been handled
        signalfd_siginfo taken{};
        while (read(fd_, &taken, sizeof(taken)) > 0) {
        }
        close(fd_);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
        std::signal(SIGPIPE, pipe_action_);
    }

    int fd() const { return fd_; }

  private:
    void (*pipe_action_)(int);
    sigset_t before_{};
    int fd_ = -1;
};

// Prints the wanted events; while the past is read, it may keep only the last ones.
class Printer {
  public:
    explicit Printer(const EventStream &wanted) : wanted_(wanted), in_past_(true) {}

    // 0 or the errno of a failed write.
    int take(std::vector<driver::Event> &&events) {
        for (driver::Event &event : events) {
            if (!wanted_.filter.matches(event))
                continue;
            if (!in_past_ || !wanted_.lines) {
                if (const int number = put(event); number != 0)
                    return number;
                continue;
            }
            kept_.push_back(std::move(event));
            if (kept_.size() > *wanted_.lines)
                kept_.pop_front();
        }
        return std::fflush(stdout) == 0 ? 0 : errno;
    }
    int end_past() {
        in_past_ = false;
        for (const driver::Event &event : kept_)
            if (const int number = put(event); number != 0)
                return number;
        kept_.clear();
        return std::fflush(stdout) == 0 ? 0 : errno;
    }

  private:
    int put(const driver::Event &event) const {
        const std::string line = wanted_.json ? event_json(event) : event_line(event);
        return std::puts(line.c_str()) < 0 ? errno : 0;
    }

    const EventStream &wanted_;
    bool in_past_;
    std::deque<driver::Event> kept_;
};

// A reader that leaves is a good end. Unwritten output is dropped.
ExitCode cannot_print(int number) {
    std::clearerr(stdout);
    __fpurge(stdout);
    if (number == EPIPE)
        return ExitCode::Ok;
    complain(std::string("cannot write the output: ") + std::strerror(number));
    return ExitCode::Failed;
}

// Waits until @source is readable. False: a signal requested the end, or stdout has no reader any
// more.
bool wait_for_more(int source, int signals) {
    pollfd waits[] = {{source, POLLIN, 0}, {signals, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    while (poll(waits, std::size(waits), -1) < 0)
        if (errno != EINTR)
            return false;
    return waits[1].revents == 0 && (waits[2].revents & (POLLERR | POLLHUP)) == 0;
}

// The record as the device gives it.
class FromDevice {
  public:
    explicit FromDevice(driver::DriverClient &driver) : driver_(driver) {}

    Result<std::vector<driver::Event>> read() { return driver_.read_events(); }
    Result<bool> wait(int signals) { return wait_for_more(driver_.events_fd(), signals); }

  private:
    driver::DriverClient &driver_;
};

// The record from the daemon, for authorised users.
class FromDaemon {
  public:
    explicit FromDaemon(RecorderClient &recorder) : recorder_(recorder) {}

    Result<std::vector<driver::Event>> read() { return recorder_.read(); }
    Result<bool> wait(int signals) {
        for (;;) {
            auto more = recorder_.has_more();
            if (!more || more.value())
                return more;
            if (!wait_for_more(recorder_.fd(), signals))
                return false;
        }
    }

  private:
    RecorderClient &recorder_;
};

template <typename Source> Ended stream(Source source, const EventStream &wanted) {
    const EndingSignals signals;
    if (!wanted.json && wanted.legend)
        std::puts(event_titles().c_str());
    Printer printer(wanted);
    for (;;) {
        auto batch = source.read();
        if (!batch)
            return Failure{batch.error()};
        const bool at_end = batch.value().empty();
        const int number = at_end ? printer.end_past() : printer.take(std::move(batch.value()));
        if (number != 0)
            return cannot_print(number);
        if (!at_end)
            continue;
        const auto more = wanted.follow ? source.wait(signals.fd()) : false;
        if (!more)
            return Failure{more.error()};
        if (!more.value())
            return ExitCode::Ok;
    }
}

Ended stream_of_daemon(const EventStream &wanted, const Error &why_not_the_device) {
    auto recorder = RecorderClient::connect(wanted.may_ask);
    auto ready = recorder ? Result<void>() : recorder.error();
    if (ready && wanted.follow)
        ready = recorder.value().listen();
    if (ready && wanted.only_new)
        ready = recorder.value().skip();
    if (ready)
        return stream(FromDaemon(recorder.value()), wanted);
    // the way out is a right to read one of them
    return Failure{{why_not_the_device.code,
                    why_not_the_device.message + "; the daemon: " + ready.error().message}};
}

} // namespace

Ended print_events(driver::DriverClient &driver, const EventStream &wanted) {
    const auto opened = driver.open_events(!wanted.only_new);
    if (opened)
        return stream(FromDevice(driver), wanted);
    if (opened.error().code == ErrorCode::NotAuthorized)
        return stream_of_daemon(wanted, opened.error());
    return Failure{opened.error()};
}

} // namespace mk::cli
