// SPDX-License-Identifier: GPL-2.0-only
#include "explain/load_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <set>

#include "driver_client/event_names.hpp"
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
    std::optional<std::uint64_t> end;      // nothing: it has not ended
    const driver::Event *record = nullptr; // of the end
};

std::optional<Span> last_span(const std::vector<driver::Event> &events, const ModuleName &module) {
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
        span = Span{began.value_or(now - lasted), now, &event};
        began.reset();
    }
    if (began)
        span = Span{*began, std::nullopt, nullptr};
    return span;
}

// The log writes it as \xNN.
bool is_escaped(char c) {
    return c < ' ' || c > '~' || c == '\\';
}

bool is_hidden(char recorded, char logged) {
    return recorded == 'x' && std::isxdigit(static_cast<unsigned char>(logged)) != 0;
}

// How much of @logged, a message's text as the log has it, is @line, in which the driver has hidden
// addresses; 0: it begins otherwise.
std::size_t matched(std::string_view logged, std::string_view line) {
    std::size_t at = 0;
    for (const char c : line) {
        const auto wanted = is_escaped(c) ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                                          : std::string{c};
        const bool same = logged.substr(at).starts_with(wanted) ||
                          (at < logged.size() && is_hidden(c, logged[at]));
        if (!same)
            return 0;
        at += wanted.size();
    }
    return at;
}

// How many of the lines from @first on the message is made of; 0: of others. One message may have
// several lines, or be printed in several pieces.
std::size_t lines_in_message(std::string_view logged, const std::vector<std::string> &lines,
                             std::size_t first) {
    std::size_t count = 0;
    while (!logged.empty() && first + count < lines.size()) {
        const auto length = matched(logged, lines[first + count]);
        if (length == 0)
            return 0;
        logged.remove_prefix(length);
        ++count;
        while (logged.starts_with("\\x0a"))
            logged.remove_prefix(std::strlen("\\x0a"));
    }
    return logged.empty() ? count : 0;
}

bool is_within(const KernelMessage &message, const LoadWindow &window) {
    return message.microseconds + slack_us >= window.begin &&
           message.microseconds <= window.end + slack_us;
}

// The lines of the call, each with its level and time if the log still has it.
std::vector<LoggedLine> lines_of_call(const std::vector<KernelMessage> &messages,
                                      const LoadWindow &window) {
    std::vector<LoggedLine> found;
    const auto &lines = *window.printed;
    auto from = messages.begin();
    for (std::size_t i = 0; i < lines.size();) {
        std::size_t count = 0;
        const auto message = std::find_if(from, messages.end(), [&](const KernelMessage &one) {
            count = is_within(one, window) ? lines_in_message(one.text, lines, i) : 0;
            return count > 0;
        });
        const bool in_log = message != messages.end();
        found.push_back({in_log ? *message : KernelMessage{0, 0, 0, lines[i]}, true, in_log});
        from = in_log ? message + 1 : from;
        i += in_log ? count : 1;
    }
    return found;
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
                                    const ModuleName &module, const LogClock &clock) {
    const auto span = last_span(events, module);
    if (!span)
        return std::nullopt;
    LoadWindow window;
    if (span->record != nullptr) {
        const auto &end = *span->record->as<driver::ModuleEvent>();
        window.failed = span->record->kind == EventKind::LoadFailed;
        window.is_cut = span->record->truncated;
        if (end.kernel_lines)
            window.printed = driver::lines_in(*end.kernel_lines);
    }
    const auto begin = clock.microseconds_of(span->begin);
    const auto end = span->end ? clock.microseconds_of(*span->end) : UINT64_MAX - slack_us;
    if (!begin || !end)
        return std::nullopt;
    window.has_ended = span->record != nullptr;
    window.begin = *begin;
    window.end = *end;
    return window;
}

std::vector<LoggedLine> lines_of_load(const std::vector<KernelMessage> &messages,
                                      const ModuleName &module,
                                      const std::optional<LoadWindow> &window,
                                      unsigned worst_level) {
    std::vector<LoggedLine> lines;
    std::set<std::uint64_t> taken;
    if (window && window->printed)
        lines = lines_of_call(messages, *window);
    for (const auto &line : lines)
        if (line.in_log)
            taken.insert(line.message.sequence);
    for (const auto &message : messages) {
        if (window && message.microseconds + slack_us < window->begin)
            continue;
        const bool during = window && !window->printed && is_within(message, *window);
        const bool is_named = names_module(message.text, module);
        if ((during || is_named) && !taken.contains(message.sequence))
            lines.push_back({message, during});
    }
    // Of a line whose level is not known nobody can say that it does not matter.
    std::erase_if(lines, [&](const LoggedLine &line) {
        return line.in_log && line.message.level > worst_level;
    });
    return lines;
}

} // namespace mk
