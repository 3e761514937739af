// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of whole programs, from the call that starts one until it was waited for: the
// kernel's part, the dynamic linker's and its own.
#include <cstdio>
#include <utility>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "process.hpp"

namespace mk::bench {

int time_processes(const Arguments &arguments) {
    int rounds = std::stoi(arguments[1]);
    const std::pair<const char *, std::vector<std::string>> contenders[] = {
        {"modkeeper list", {"/bin/modkeeper", "list"}},
        {"lsmod", {"/tools/lsmod"}},
        {"modkeeper --version", {"/bin/modkeeper", "--version"}},
        {"kmod --version", {"/tools/modprobe", "--version"}},
    };
    check_instruction_clock();
    for (const auto &[name, words] : contenders) {
        std::vector<std::uint64_t> instructions;
        // the first round warms up
        for (int round = 0; round <= rounds; round++) {
            std::uint64_t start = instructions_now();
            run(words);
            std::uint64_t spent = instructions_now() - start;
            if (round > 0)
                instructions.push_back(spent);
        }
        std::printf("{\"job\": \"process\", \"modules\": %s, \"contender\": \"%s\", "
                    "\"instructions\": %s}\n",
                    arguments[0].c_str(), name, json_array(instructions).c_str());
    }
    return 0;
}

} // namespace mk::bench
