// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of calls on the bus, from sending one until its answer is there and read to
// the end, the bus itself and the service included.
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <systemd/sd-bus.h>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"

namespace mk::bench {

namespace {

struct Call {
    const char *name;
    const char *service;
    const char *path;
    const char *interface;
    const char *member;
    const char *argument; // or none
};

constexpr Call calls[] = {
    // first, as it ends when nobody asks it anything for half a minute
    {"systemd-hostnamed, GetAll", "org.freedesktop.hostname1", "/org/freedesktop/hostname1",
     "org.freedesktop.DBus.Properties", "GetAll", "org.freedesktop.hostname1"},
    {"ListModules", "org.modkeeper1", "/org/modkeeper1", "org.modkeeper1.Manager", "ListModules",
     nullptr},
    {"GetManagedObjects", "org.modkeeper1", "/org/modkeeper1", "org.freedesktop.DBus.ObjectManager",
     "GetManagedObjects", nullptr},
};

void expect(int error, const char *what) {
    if (error < 0)
        throw std::runtime_error(std::string(what) + ": " + std::strerror(-error));
}

// The whole answer is gone through, which checks it against its signature.
void ask(sd_bus *bus, const Call &call) {
    sd_bus_message *question = nullptr, *answer = nullptr;
    expect(sd_bus_message_new_method_call(bus, &question, call.service, call.path, call.interface,
                                          call.member),
           call.name);
    if (call.argument)
        expect(sd_bus_message_append(question, "s", call.argument), call.name);
    int error = sd_bus_call(bus, question, 0, nullptr, &answer);
    sd_bus_message_unref(question);
    expect(error, call.name);
    expect(sd_bus_message_skip(answer, nullptr), call.name);
    sd_bus_message_unref(answer);
}

} // namespace

int time_calls(const Arguments &arguments) {
    int rounds = std::stoi(arguments[1]);
    check_instruction_clock();
    sd_bus *bus = nullptr;
    expect(sd_bus_open_system(&bus), "the bus");
    for (const auto &call : calls) {
        std::vector<std::uint64_t> instructions;
        // the first rounds warm up
        for (int round = -3; round < rounds; round++) {
            std::uint64_t start = instructions_now();
            ask(bus, call);
            std::uint64_t spent = instructions_now() - start;
            if (round >= 0)
                instructions.push_back(spent);
        }
        std::printf("{\"job\": \"call\", \"modules\": %s, \"contender\": \"%s\", "
                    "\"instructions\": %s}\n",
                    arguments[0].c_str(), call.name, json_array(instructions).c_str());
    }
    sd_bus_flush_close_unref(bus);
    return 0;
}

} // namespace mk::bench
