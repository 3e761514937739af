// SPDX-License-Identifier: GPL-2.0-only
#include "cli/change.hpp"

#include <cstdio>

#include "cli/diagnostics.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace mk::cli {

void add_timeout(Command &command, int &seconds) {
    command.seconds("--timeout", seconds,
                    "Seconds that the kernel may take for each module (default 180)");
}

std::optional<std::chrono::seconds> time_of(int seconds) {
    return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

ExitCode tell_done(const Invocation &invocation, const std::vector<std::string> &modules,
                   const char *result) {
    if (invocation.json) {
        const Json json = {{"result", result}, {"module", modules.front()}, {"modules", modules}};
        std::fputs(json_text(json).c_str(), stdout);
        return ExitCode::Ok;
    }
    for (const std::string &module : modules)
        std::printf("%s %s\n", result, printable(module).c_str());
    return ExitCode::Ok;
}

} // namespace mk::cli
