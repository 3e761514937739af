// SPDX-License-Identifier: GPL-2.0-only
// How long it takes to work out what a load will do: modprobe -n, a process; the daemon over D-Bus;
// the planner by itself. usage: mk-bench-plans MODULES-FOLDER NAME ROUNDS
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bus/bus_service.hpp"
#include "bus/object_path.hpp"
#include "fixtures/fake_background.hpp"
#include "fixtures/fake_driver.hpp"
#include "fixtures/fake_jobs.hpp"
#include "fixtures/fake_policy.hpp"
#include "fixtures/private_bus.hpp"

namespace {

using namespace mk;
namespace fs = std::filesystem;

struct Times {
    double least, median;
};

Times time_of(int rounds, const std::function<void()> &once) {
    std::vector<double> all;
    once();
    for (int i = 0; i < rounds; ++i) {
        auto start = std::chrono::steady_clock::now();
        once();
        std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
        all.push_back(took.count());
    }
    std::sort(all.begin(), all.end());
    return {all.front(), all[all.size() / 2]};
}

void print(const char *contender, Times times, std::size_t modules) {
    std::printf(
        "{\"job\": \"plan\", \"contender\": \"%s\", \"least_ns\": %.0f, \"median_ns\": %.0f, "
        "\"modules\": %zu}\n",
        contender, times.least, times.median, modules);
    std::fflush(stdout);
}

void run_modprobe(const fs::path &folder, const std::string &configuration,
                  const std::string &name) {
    auto root = folder.parent_path().parent_path().parent_path().string() + "/";
    auto release = folder.filename().string();
    const char *words[] = {
        "modprobe",      "-C", configuration.c_str(), "-d",         root.c_str(), "-S",
        release.c_str(), "-n", "--show-depends",      name.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    int status = 0;
    if (posix_spawn(&child, "/sbin/modprobe", &actions, nullptr, const_cast<char **>(words),
                    environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0)
        throw std::runtime_error("modprobe failed");
    posix_spawn_file_actions_destroy(&actions);
}

// Everything the daemon puts on the bus, without a driver.
[[noreturn]] void serve(const test::PrivateBus &bus, const CatalogPlaces &places, int ready) {
    sd_event *loop = nullptr;
    sd_event_default(&loop);
    bus::Bus server(bus.connect());
    test::FakeDriver driver;
    test::FakeJobs jobs;
    test::FakeBackground background;
    bus::ModuleSource source(driver, LoadedModules(), places);
    Planner planner(places);
    test::FakePolicy policy;
    bus::BusService service(
        server.get(), source, jobs, planner, [] {}, background, ConfigurationPlaces{},
        FindLastLoad{}, [](const ModuleName &) { return Result<HolderList>(HolderList{}); },
        policy);
    if (sd_bus_attach_event(server.get(), loop, 0) < 0 || service.attach() < 0 ||
        sd_bus_request_name(server.get(), bus::service_name, 0) < 0)
        std::_Exit(1);
    if (write(ready, "r", 1) == 1)
        sd_event_loop(loop);
    std::_Exit(0);
}

std::size_t ask(sd_bus *client, const std::string &name) {
    sd_bus_error error{};
    sd_bus_message *raw = nullptr;
    if (sd_bus_call_method(client, bus::service_name, bus::root_path, bus::manager_interface,
                           "Plan", &error, &raw, "asasa{sv}", 1, name.c_str(), 0, 1,
                           "ignore-loaded", "b", 1) < 0)
        throw std::runtime_error(error.message ? error.message : "Plan failed");
    bus::Message reply(raw);
    std::size_t count = 0;
    sd_bus_message_enter_container(raw, 'a', "a{sv}");
    while (sd_bus_message_skip(raw, "a{sv}") > 0)
        ++count;
    return count;
}

// What any question costs that goes there and back.
void ping(sd_bus *client) {
    if (sd_bus_call_method(client, bus::service_name, bus::root_path, "org.freedesktop.DBus.Peer",
                           "Ping", nullptr, nullptr, "") < 0)
        throw std::runtime_error("Ping failed");
}

void measure(const fs::path &folder, const std::string &name, int rounds) {
    test::TemporaryFolder files;
    files.write("modprobe.d/a.conf", "# nothing\n");
    CatalogPlaces places{folder.string(), {files / "modprobe.d"}};

    Planner planner(places);
    LoadRequest request{{name}};
    request.ignore_loaded = true;
    std::size_t modules = 0;
    auto own = time_of(rounds * 20, [&] { modules = planner.plan(request).value().steps.size(); });
    print("in process", own, modules);

    test::PrivateBus bus;
    int ready[2];
    if (pipe(ready) != 0)
        throw std::runtime_error("no pipe");
    pid_t server = fork();
    if (server == 0)
        serve(bus, places, ready[1]);
    close(ready[1]); // so that its end is seen when it fails
    char byte;
    if (read(ready[0], &byte, 1) != 1)
        throw std::runtime_error("the service did not start");
    bus::Bus client(bus.connect());
    auto remote = time_of(rounds * 5, [&] { modules = ask(client.get(), name); });
    print("D-Bus", remote, modules);
    print("D-Bus, Ping", time_of(rounds * 5, [&] { ping(client.get()); }), 0);
    kill(server, SIGTERM);
    waitpid(server, nullptr, 0);

    print("modprobe -n", time_of(rounds, [&] { run_modprobe(folder, files / "modprobe.d", name); }),
          modules);
}

} // namespace

int main(int count, char **words) {
    if (count != 4) {
        std::fprintf(stderr, "usage: mk-bench-plans MODULES-FOLDER NAME ROUNDS\n");
        return 2;
    }
    try {
        measure(words[1], words[2], std::atoi(words[3]));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "mk-bench-plans: %s\n", error.what());
        return 1;
    }
    return 0;
}
