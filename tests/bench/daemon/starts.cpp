// SPDX-License-Identifier: GPL-2.0-only
// How long a daemon takes from its exec until it owns its name on a bus, without a driver.
// usage: mk-bench-starts ROUNDS PROGRAM NAME [PROGRAM NAME...]
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "bus/handles.hpp"
#include "fixtures/private_bus.hpp"

namespace {

using namespace mk;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t patience_us = 10'000'000;

pid_t start(const std::string &program) {
    std::string word = program;
    char *words[] = {word.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, words, environ) != 0)
        throw std::runtime_error(program + " cannot be started");
    return child;
}

int note_owner(sd_bus_message *signal, void *userdata, sd_bus_error *) {
    const char *name, *before, *now;
    if (sd_bus_message_read(signal, "sss", &name, &before, &now) >= 0)
        *static_cast<bool *>(userdata) = *now != '\0';
    return 0;
}

// Handles what comes from the bus until @owned is as it should be.
void wait_until(sd_bus *bus, const bool &owned, bool expected, const std::string &name) {
    while (owned != expected) {
        if (int handled = sd_bus_process(bus, nullptr); handled > 0)
            continue;
        if (sd_bus_wait(bus, patience_us) <= 0)
            throw std::runtime_error("nothing is heard of " + name);
    }
}

void measure(const test::PrivateBus &bus, int rounds, const std::string &program,
             const std::string &name) {
    bus::Bus watching(bus.connect());
    bool owned = false;
    const auto match = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
                       "arg0='" +
                       name + "'";
    if (sd_bus_add_match(watching.get(), nullptr, match.c_str(), note_owner, &owned) < 0)
        throw std::runtime_error("the private bus cannot be watched");
    std::vector<double> all;
    // the first brings the files into memory
    for (int i = 0; i <= rounds; ++i) {
        const auto begin = Clock::now();
        const pid_t child = start(program);
        wait_until(watching.get(), owned, true, name);
        const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
        if (i > 0)
            all.push_back(took.count());
        kill(child, SIGTERM);
        waitpid(child, nullptr, 0);
        wait_until(watching.get(), owned, false, name);
    }
    std::sort(all.begin(), all.end());
    std::printf("{\"job\": \"start\", \"contender\": \"%s\", \"least_ms\": %.2f, "
                "\"median_ms\": %.2f}\n",
                std::filesystem::path(program).filename().c_str(), all.front(),
                all[all.size() / 2]);
}

} // namespace

int main(int count, char **words) {
    if (count < 4 || count % 2 != 0) {
        std::fprintf(stderr, "usage: mk-bench-starts ROUNDS PROGRAM NAME [PROGRAM NAME...]\n");
        return 2;
    }
    try {
        const test::PrivateBus bus;
        setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address().c_str(), 1);
        for (int i = 2; i < count; i += 2)
            measure(bus, std::atoi(words[1]), words[i], words[i + 1]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "mk-bench-starts: %s\n", error.what());
        return 1;
    }
    return 0;
}
