// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions that each contender needs for one list of all modules, and a hash of what it
// delivered. Contenders take turns, so that none has the caches and buffers to itself.
#include <cinttypes>
#include <cstdio>
#include <functional>
#include <optional>
#include <stdexcept>

#include <unistd.h>

#include "commands.hpp"
#include "consistency.hpp"
#include "contenders.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"

namespace mk::bench {

namespace {

struct Contender {
    const char *name;
    std::function<bool()> take;
    std::vector<std::uint64_t> instructions;
    std::uint64_t hash = 0;
};

void print(const Contender &contender, std::size_t modules) {
    std::printf("{\"job\": \"snapshot\", \"contender\": \"%s\", \"modules\": %zu, "
                "\"hash\": \"%016" PRIx64 "\", \"instructions\": %s}\n",
                contender.name, modules, contender.hash,
                json_array(contender.instructions).c_str());
}

} // namespace

int time_snapshots(const Arguments &arguments) {
    int rounds = std::stoi(arguments[0]);
    check_instruction_clock();
    ModuleList list;
    // Open throughout, so that every contender sees the same reference on the driver.
    std::optional<DriverSnapshot> driver, fresh;
    if (access("/dev/modkeeper", F_OK) == 0)
        driver.emplace();
    ProcModules proc;
    SysfsWalk sysfs;
    Libkmod libkmod;

    std::vector<Contender> contenders;
    if (driver) {
        contenders.push_back({"driver", [&] { return driver->take(list); }, {}, 0});
        contenders.push_back({"driver, system call alone", [&] { return driver->call(); }, {}, 0});
        // What a command that runs once pays: an open, a close, and a second call as the first
        // has too small a buffer. Its entries must outlive the call, so the close comes a turn
        // late.
        contenders.push_back({"driver, opened anew",
                              [&] {
                                  fresh.emplace();
                                  return fresh->take(list);
                              },
                              {},
                              0});
    }
    contenders.push_back({"/proc/modules", [&] { return proc.take(list); }, {}, 0});
    contenders.push_back({"sysfs walk", [&] { return sysfs.take(list); }, {}, 0});
    contenders.push_back({"libkmod", [&] { return libkmod.take(list); }, {}, 0});

    // the first round warms up
    for (int round = 0; round <= rounds; round++) {
        for (Contender &contender : contenders) {
            std::uint64_t start = instructions_now();
            bool taken = contender.take();
            std::uint64_t spent = instructions_now() - start;
            if (!taken)
                throw std::runtime_error(std::string(contender.name) + " gave no answer");
            if (round > 0)
                contender.instructions.push_back(spent);
            contender.hash = hash_of(canonical_lines(list));
        }
    }
    for (const Contender &contender : contenders)
        print(contender, list.modules().size());
    return 0;
}

} // namespace mk::bench
