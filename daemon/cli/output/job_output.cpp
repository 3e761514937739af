// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/job_output.hpp"

#include <chrono>
#include <cstdio>

#include "base/printable.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"

namespace mk::cli {

void add_timeout(Command &command, int &seconds) {
    command.seconds("--timeout", seconds,
                    "Seconds the kernel may take for each module (default 180)");
}

std::optional<std::chrono::seconds> time_of(int seconds) {
    return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

ExitCode tell_done(const Invocation &invocation, const std::vector<std::string> &modules,
                   const char *result) {
    if (invocation.json) {
        const Json json = object({{"result", result}, {"modules", modules}});
        std::fputs(json_text(json).c_str(), stdout);
    }
    if (invocation.json || invocation.quiet)
        return ExitCode::Ok;
    for (const std::string &module : modules)
        std::printf("%s %s\n", result, printable(module).c_str());
    return ExitCode::Ok;
}

Ended tell_started(const Invocation &invocation, const Result<std::uint32_t> &job) {
    if (!job)
        return Failure{job.error()};
    if (invocation.json)
        std::fputs(json_text(object({{"result", "started"}, {"job", job.value()}})).c_str(),
                   stdout);
    else if (!invocation.quiet)
        std::printf("job %u\n", job.value());
    return ExitCode::Ok;
}

} // namespace mk::cli
