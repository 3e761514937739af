// SPDX-License-Identifier: GPL-2.0-only
#include <cstdio>
#include <cstring>
#include <exception>

#include "commands.hpp"

int main(int argc, char **argv) {
    using namespace mk::bench;
    struct Command {
        const char *name;
        std::size_t least;
        int (*run)(const Arguments &);
    };
    static constexpr Command commands[] = {
        {"load-modules", 2, load_modules},     {"time-snapshots", 1, time_snapshots},
        {"count-torn", 2, count_torn},         {"time-loads", 3, time_loads},
        {"time-jobs", 4, time_jobs},           {"time-processes", 2, time_processes},
        {"time-holders", 5, time_holders},     {"time-calls", 2, time_calls},
        {"time-drains", 2, time_drains},       {"time-operations", 2, time_operations},
        {"measure-memory", 2, measure_memory}, {"measure-daemon", 2, measure_daemon},
        {"time-policy", 3, time_policy},
    };
    const char *name = argc > 1 ? argv[1] : "";
    for (const Command &command : commands) {
        if (std::strcmp(command.name, name) != 0)
            continue;
        Arguments arguments(argv + 2, argv + argc);
        if (arguments.size() < command.least)
            break;
        try {
            return command.run(arguments);
        } catch (const std::exception &error) {
            std::fprintf(stderr, "mk-bench %s: %s\n", name, error.what());
            return 1;
        }
    }
    std::fprintf(stderr, "mk-bench: unknown command '%s' or too few arguments\n", name);
    return 2;
}
