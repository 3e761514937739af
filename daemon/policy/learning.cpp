// SPDX-License-Identifier: GPL-2.0-only
#include "policy/learning.hpp"

#include <fmt/core.h>

#include "base/clock.hpp"
#include "base/format.hpp"

namespace mk::policy {

namespace {

constexpr std::string_view head =
    "# Written by \"modkeeper policy learn\", and removed by \"modkeeper policy learn --stop\".\n"
    "# What no rule decides about goes on, and is recorded as what would be denied.\n";
constexpr std::string_view id = "learning";
constexpr std::string_view since = "learning since ";

// "2026-11-30T08:20:11Z"
std::string second_of(std::uint64_t realtime_ns) {
    auto time = utc_time(realtime_ns / ns_per_second * ns_per_second);
    if (const auto dot = time.find('.'); dot != std::string::npos)
        time.erase(dot, time.size() - 1 - dot);
    return time;
}

} // namespace

std::string learning_text(std::uint64_t realtime_ns) {
    return fmt::format("{}default load warn id={} reason \"{}{}\"\n", head, id, since,
                       second_of(realtime_ns));
}

bool is_learning_text(std::string_view text) {
    return text.starts_with(head);
}

std::optional<std::string> learning_since(const driver::InstalledPolicy &policy) {
    for (const auto &rule : policy.rules)
        if (rule.is_default && rule.gate == driver::PolicyGate::Load && rule.id == id &&
            rule.verdict == "warn")
            return rule.reason.starts_with(since) ? rule.reason.substr(since.size()) : "";
    return std::nullopt;
}

const Rule *default_of_others(const Policy &policy) {
    for (const auto &rule : policy.rules)
        if (rule.is_default && rule.gate == Gate::Load && rule.place.file != learning_file)
            return &rule;
    return nullptr;
}

} // namespace mk::policy
