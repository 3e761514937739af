// SPDX-License-Identifier: GPL-2.0-only
#include "explain/load_log.hpp"

#include <algorithm>
#include <array>

#include "system/kernel_log.hpp"

namespace mk {
namespace {

using driver::EventKind;

constexpr std::array levels = {"emerg",   "alert",  "crit", "err",
                               "warning", "notice", "info", "debug"};

// What is known of the log's clock is not exact.
constexpr std::uint64_t slack_us = 20'000;

// In nanoseconds of CLOCK_BOOTTIME.
struct Span {
    std::uint64_t begin = 0;
    std::optional<std::uint64_t> end; // nothing: it is in its init now, and hangs perhaps
    bool failed = false;
};

std::optional<Span> last_span(const std::vector<driver::Event> &events, const std::string &module) {
    std::optional<Span> span;
    std::optional<std::uint64_t> began;
    for (const auto &event : events) {
        const auto *change = event.as<driver::ModuleEvent>();
        if (change == nullptr || change->module != module)
            continue;
        const auto now = event.boottime_ns;
        if (event.kind == EventKind::LoadBegin)
            began = now;
        if (event.kind != EventKind::LoadLive && event.kind != EventKind::LoadFailed)
            continue;
        // what failed before it began took as long as the record says
        const auto lasted = std::min<std::uint64_t>(change->duration_ns, now);
        span = Span{began.value_or(now - lasted), now, event.kind == EventKind::LoadFailed};
        began.reset();
    }
    if (began)
        span = Span{*began, std::nullopt, false};
    return span;
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
                                    const std::string &module, const LogClock &clock) {
    const auto span = last_span(events, module);
    if (!span)
        return std::nullopt;
    const auto begin = clock.microseconds_of(span->begin);
    const auto end = span->end ? clock.microseconds_of(*span->end) : UINT64_MAX - slack_us;
    if (!begin || !end)
        return std::nullopt;
    return LoadWindow{*begin, *end, span->failed};
}

std::vector<LoggedLine> lines_of_load(const std::vector<KernelMessage> &messages,
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
        if (during || names_module(message.text, module))
            lines.push_back({message, during});
    }
    return lines;
}

} // namespace mk
