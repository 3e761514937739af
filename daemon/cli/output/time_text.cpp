// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/time_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <ctime>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace mk::cli {
namespace {

using driver::Moment;

constexpr std::uint64_t second = 1'000'000'000;

struct Unit {
    std::string_view name;
    std::uint64_t seconds;
};
constexpr std::array units = {Unit{"s", 1},       Unit{"sec", 1},       Unit{"second", 1},
                              Unit{"seconds", 1}, Unit{"m", 60},        Unit{"min", 60},
                              Unit{"minute", 60}, Unit{"minutes", 60},  Unit{"h", 3600},
                              Unit{"hr", 3600},   Unit{"hour", 3600},   Unit{"hours", 3600},
                              Unit{"d", 86400},   Unit{"day", 86400},   Unit{"days", 86400},
                              Unit{"w", 604800},  Unit{"week", 604800}, Unit{"weeks", 604800}};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// Takes a number off the front of text.
std::optional<std::uint64_t> take_number(std::string_view &text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr std::uint64_t most = 10'000'000'000;
    if (read.ec != std::errc{} || number > most)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return number;
}

// "2h 30min", "90" (seconds), as nanoseconds; at most some hundred years.
std::optional<std::int64_t> span_of(std::string_view text) {
    constexpr std::uint64_t longest = 4'000'000'000;
    std::uint64_t total = 0;
    text = trimmed(text);
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        const auto number = take_number(text);
        if (!number)
            return std::nullopt;
        text = trimmed(text);
        std::size_t length = 0;
        while (length < text.size() && std::isalpha(static_cast<unsigned char>(text[length])))
            ++length;
        const std::string_view name = length == 0 ? "s" : text.substr(0, length);
        std::optional<std::uint64_t> seconds;
        for (const Unit &unit : units)
            if (unit.name == name)
                seconds = unit.seconds;
        if (!seconds)
            return std::nullopt;
        total = std::min(longest, total + std::min(longest, *number * *seconds));
        text = trimmed(text.substr(length));
    }
    return static_cast<std::int64_t>(total * second);
}

std::tm local_time(std::uint64_t ns) {
    const auto seconds = static_cast<std::time_t>(ns / second);
    std::tm local{};
    localtime_r(&seconds, &local);
    return local;
}

std::optional<std::uint64_t> ns_of(std::tm local) {
    local.tm_isdst = -1;
    const std::time_t seconds = std::mktime(&local);
    if (seconds < 0)
        return std::nullopt;
    return static_cast<std::uint64_t>(seconds) * second;
}

std::uint64_t midnight(const Clocks &clocks, int days) {
    std::tm local = local_time(clocks.now_ns);
    local.tm_mday += days;
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    return ns_of(local).value_or(0);
}

// A date, a time of this day, or both.
std::optional<std::uint64_t> calendar(const std::string &text, const Clocks &clocks) {
    for (const char *format : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S",
                               "%Y-%m-%d", "%H:%M:%S", "%H:%M"}) {
        std::tm local = local_time(clocks.now_ns);
        local.tm_hour = local.tm_min = local.tm_sec = 0;
        const char *end = strptime(text.c_str(), format, &local);
        if (end != nullptr && *end == '\0')
            return ns_of(local);
    }
    return std::nullopt;
}

// That long after boot; earlier times are before all events of this boot, and count as time of day
// for earlier boots.
Moment after_boot(const Clocks &clocks, std::int64_t ns) {
    const auto boot = static_cast<std::int64_t>(clocks.now_ns - clocks.running_ns);
    const std::int64_t day = std::max<std::int64_t>(boot + ns, 0);
    return {static_cast<std::uint64_t>(day),
            static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0))};
}

std::optional<Moment> relative(std::string_view text, const Clocks &clocks) {
    if (text.starts_with("boot")) {
        text.remove_prefix(4);
        if (text.empty())
            return after_boot(clocks, 0);
        const auto span = text.front() == '+' ? span_of(text.substr(1)) : std::nullopt;
        return span ? std::optional(after_boot(clocks, *span)) : std::nullopt;
    }
    if (text.starts_with('@')) {
        text.remove_prefix(1);
        const auto seconds = take_number(text);
        return seconds && text.empty() ? std::optional(Moment{*seconds * second, {}})
                                       : std::nullopt;
    }
    const bool future = text.starts_with('+');
    if (future || text.starts_with('-'))
        text.remove_prefix(1);
    else if (text.ends_with(" ago"))
        text.remove_suffix(4);
    const auto span = span_of(text);
    if (!span)
        return std::nullopt;
    const auto running = static_cast<std::int64_t>(clocks.running_ns);
    return after_boot(clocks, future ? running + *span : running - *span);
}

} // namespace

Clocks Clocks::read() {
    return {clock_ns(CLOCK_REALTIME), boottime_ns()};
}

Result<Moment> parse_time(std::string_view given, const Clocks &clocks) {
    const std::string_view text = trimmed(given);
    if (text == "now")
        return Moment{clocks.now_ns, clocks.running_ns};
    if (text == "today")
        return Moment{midnight(clocks, 0), {}};
    if (text == "yesterday")
        return Moment{midnight(clocks, -1), {}};
    if (const auto time = calendar(std::string(text), clocks))
        return Moment{*time, {}};
    if (const auto time = relative(text, clocks))
        return *time;
    return Error{ErrorCode::InvalidArgument,
                 "\"" + std::string(given) +
                     "\" is not a time; examples: \"10min\", \"-1h\", \"today\", \"14:30\", "
                     "\"2026-11-22 10:00\" or \"boot+30s\""};
}

} // namespace mk::cli
