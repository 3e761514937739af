// SPDX-License-Identifier: GPL-2.0-only
#include "cli/load_log.hpp"

#include <algorithm>
#include <array>

#include "engine/kernel_log.hpp"

namespace mk::cli {
namespace {

using driver::EventKind;

constexpr std::array levels = {"emerg",   "alert",  "crit", "err",
                               "warning", "notice", "info", "debug"};

// The two clocks are not read at the same instant, and the log's may run a little apart.
constexpr std::uint64_t slack_us = 20'000;

std::uint64_t log_time(std::uint64_t boottime_ns, std::uint64_t asleep_ns) {
    return (boottime_ns - std::min(asleep_ns, boottime_ns)) / 1000;
}

} // namespace

const char *level_name(unsigned level) {
    return level < levels.size() ? levels[level] : "unknown";
}

std::vector<std::string> level_names() {
    return {levels.begin(), levels.end()};
}

unsigned level_of(const std::string &name) {
    return static_cast<unsigned>(std::find(levels.begin(), levels.end(), name) - levels.begin());
}

std::optional<LoadWindow> last_load(const std::vector<driver::Event> &events,
                                    const std::string &module, std::uint64_t asleep_ns) {
    std::optional<LoadWindow> window;
    std::optional<std::uint64_t> began;
    for (const auto &event : events) {
        const auto *change = event.as<driver::ModuleChange>();
        if (change == nullptr || change->module != module)
            continue;
        const auto now = log_time(event.boottime_ns, asleep_ns);
        if (event.kind == EventKind::LoadBegin)
            began = now;
        if (event.kind != EventKind::LoadLive && event.kind != EventKind::LoadFailed)
            continue;
        // what failed before it began took as long as the record says
        const auto lasted = std::min<std::uint64_t>(change->duration_ns / 1000, now);
        window = LoadWindow{began.value_or(now - lasted), now, event.kind == EventKind::LoadFailed};
        began.reset();
    }
    if (began) // it is in its init now, and hangs perhaps
        window = LoadWindow{*began, UINT64_MAX - slack_us, false};
    return window;
}

std::vector<LoggedLine> lines_of_load(const std::vector<engine::KernelMessage> &messages,
                                      const std::string &module,
                                      const std::optional<LoadWindow> &window,
                                      unsigned worst_level) {
    std::vector<LoggedLine> lines;
    for (const auto &message : messages) {
        if (message.level > worst_level)
            continue;
        const auto at = message.microseconds;
        if (window && at + slack_us < window->begin)
            continue;
        const bool during = window && at <= window->end + slack_us;
        if (during || engine::names_module(message.text, module))
            lines.push_back({message, during});
    }
    return lines;
}

} // namespace mk::cli
