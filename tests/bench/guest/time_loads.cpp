// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of one finit_module call, from the call to its return. The unload and what
// the kernel tidies up later lie outside.
#include <cstdio>
#include <system_error>
#include <unistd.h>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "module_file.hpp"

namespace mk::bench {

namespace {

void expect(int error, const std::string &what) {
    if (error)
        throw std::system_error(error, std::generic_category(), what);
}

} // namespace

int time_loads(const Arguments &arguments) {
    int rounds = std::stoi(arguments[1]);
    ModuleFile file(arguments[2]);
    check_instruction_clock();
    std::vector<std::uint64_t> instructions;
    // the first rounds warm up
    for (int round = -3; round < rounds; round++) {
        std::uint64_t start = instructions_now();
        int error = file.load();
        std::uint64_t spent = instructions_now() - start;
        expect(error, "load " + file.name());
        usleep(30'000);
        expect(file.unload(), "unload " + file.name());
        usleep(30'000);
        if (round >= 0)
            instructions.push_back(spent);
    }
    std::printf("{\"job\": \"load\", \"contender\": \"%s\", \"module\": \"%s\", "
                "\"instructions\": %s}\n",
                arguments[0].c_str(), file.name().c_str(), json_array(instructions).c_str());
    return 0;
}

} // namespace mk::bench
