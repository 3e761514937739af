// SPDX-License-Identifier: GPL-2.0-only
// modkeeper events: the driver's record, straight from the device.
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/event_text.hpp"
#include "driver/device_driver.hpp"

namespace mk::cli {
namespace {

struct EventsArguments {
    bool follow = false;
    bool only_new = false;
};

// False when nobody reads any more.
bool print(const std::vector<driver::Event> &events, bool json) {
    for (const driver::Event &event : events) {
        std::puts((json ? event_json(event) : event_line(event)).c_str());
    }
    return std::fflush(stdout) == 0;
}

// Waits for the next record. False: a signal says to end, or stdout has no reader any more.
bool wait_for_more(int device, int signals) {
    pollfd waits[] = {{device, POLLIN, 0}, {signals, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    while (poll(waits, std::size(waits), -1) < 0)
        if (errno != EINTR)
            return false;
    return waits[1].revents == 0 && (waits[2].revents & (POLLERR | POLLHUP)) == 0;
}

// SIGINT and SIGTERM become readable; a closed stdout is an error of write and no signal.
int take_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigprocmask(SIG_BLOCK, &ending, nullptr);
    return signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

ExitCode events(const Invocation &invocation, const EventsArguments &arguments) {
    driver::DeviceDriver driver;
    if (auto opened = driver.open_events(!arguments.only_new); !opened)
        return fail(opened.error());
    const int signals = take_signals();
    if (!invocation.json)
        std::puts(event_titles().c_str());
    for (;;) {
        const auto batch = driver.read_events();
        if (!batch)
            return fail(batch.error());
        if (!print(batch.value(), invocation.json))
            return ExitCode::Ok;
        if (batch.value().empty() &&
            !(arguments.follow && wait_for_more(driver.events_fd(), signals)))
            return ExitCode::Ok;
    }
}

} // namespace

void add_events(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "events",
                    "Show what the driver recorded: loads, failures, unloads",
                    "  modkeeper events\n"
                    "  modkeeper events --follow --new\n"
                    "  modkeeper events --json | jq -c 'select(.kind == \"load_failed\")'\n"
                    "\n"
                    "With --json each line is one object.");
    const auto arguments = std::make_shared<EventsArguments>();
    command.flag("-f,--follow", arguments->follow, "Go on with what happens from now on");
    command.flag("--new", arguments->only_new, "Leave out what happened before", "--follow");
    command.runs([&invocation, arguments] { return events(invocation, *arguments); });
}

} // namespace mk::cli
