// SPDX-License-Identifier: GPL-2.0-only
#include "base/format.hpp"

#include <cstring>
#include <ctime>
#include <fmt/format.h>

namespace mk {

std::string human_size(std::uint64_t bytes) {
    if (bytes < 1024)
        return std::to_string(bytes);
    auto value = static_cast<double>(bytes);
    const char *unit = "KMGTPE";
    // what would be rounded up to 1024.0 belongs to the next unit
    for (value /= 1024; value >= 1023.95 && unit[1] != '\0'; ++unit)
        value /= 1024;
    return fmt::format("{:.1f}{}", value, *unit);
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string human_duration(std::uint64_t nanoseconds) {
    if (nanoseconds < 1000)
        return fmt::format("{} ns", nanoseconds);
    const auto value = static_cast<double>(nanoseconds);
    if (nanoseconds < 1'000'000)
        return fmt::format("{:.1f} us", value / 1e3);
    if (nanoseconds < 1'000'000'000)
        return fmt::format("{:.2f} ms", value / 1e6);
    return fmt::format("{:.2f} s", value / 1e9);
}

std::string human_time(std::uint64_t realtime_ns) {
    const auto seconds = static_cast<std::time_t>(realtime_ns / 1'000'000'000);
    std::tm local{};
    if (localtime_r(&seconds, &local) == nullptr)
        return std::to_string(realtime_ns);
    char text[32];
    const std::size_t length = std::strftime(text, sizeof(text), "%b %d %H:%M:%S", &local);
    return fmt::format("{}.{:06}", std::string_view(text, length),
                       realtime_ns % 1'000'000'000 / 1000);
}

std::string utc_time(std::uint64_t realtime_ns) {
    constexpr std::uint64_t second = 1'000'000'000;
    const auto seconds = static_cast<std::time_t>(realtime_ns / second);
    std::tm parts{};
    if (realtime_ns == 0 || gmtime_r(&seconds, &parts) == nullptr)
        return {};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       realtime_ns % second);
}

std::string human_errno(std::int32_t number) {
    const char *name = strerrorname_np(number);
    if (name == nullptr)
        return fmt::format("error {}", number);
    return fmt::format("{} ({})", name, strerrordesc_np(number));
}

} // namespace mk
