// SPDX-License-Identifier: GPL-2.0-only
// Decides when a stream of events ends.
#include "cli/event_stream.hpp"

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

#include "cli/diagnostics.hpp"
#include "cli/event_text.hpp"

namespace mk::cli {
namespace {

// While it lives SIGINT and SIGTERM are readable from fd(), and a stdout without a reader is an
// error of write and no signal.
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
        // a signal that ended the stream has done its work
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

// Prints what is wanted of what comes; while the past is read, the last of it may be all that is.
class Printer {
  public:
    explicit Printer(const EventStream &wanted) : wanted_(wanted), in_past_(true) {}

    // 0 or the errno that writing failed with.
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

// To have no reader any more is a good end. What could not be written is dropped.
ExitCode cannot_print(int number) {
    std::clearerr(stdout);
    __fpurge(stdout);
    if (number == EPIPE)
        return ExitCode::Ok;
    complain(std::string("cannot write the output: ") + std::strerror(number));
    return ExitCode::Failed;
}

// Waits for the next record. False: a signal says to end, or stdout has no reader any more.
bool wait_for_more(int device, int signals) {
    pollfd waits[] = {{device, POLLIN, 0}, {signals, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    while (poll(waits, std::size(waits), -1) < 0)
        if (errno != EINTR)
            return false;
    return waits[1].revents == 0 && (waits[2].revents & (POLLERR | POLLHUP)) == 0;
}

} // namespace

ExitCode print_events(driver::DriverClient &driver, const EventStream &wanted) {
    if (auto opened = driver.open_events(!wanted.only_new); !opened)
        return fail(opened.error());
    const EndingSignals signals;
    if (!wanted.json)
        std::puts(event_titles().c_str());
    Printer printer(wanted);
    for (;;) {
        auto batch = driver.read_events();
        if (!batch)
            return fail(batch.error());
        const bool at_end = batch.value().empty();
        const int number = at_end ? printer.end_past() : printer.take(std::move(batch.value()));
        if (number != 0)
            return cannot_print(number);
        if (at_end && !(wanted.follow && wait_for_more(driver.events_fd(), signals.fd())))
            return ExitCode::Ok;
    }
}

} // namespace mk::cli
