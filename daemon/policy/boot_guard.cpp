// SPDX-License-Identifier: GPL-2.0-only
#include "policy/boot_guard.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text_file.hpp"

namespace mk::policy {
namespace {

constexpr unsigned boots_max = 99;

bool is_counted(const std::optional<BootCount> &count, std::string_view digest,
                std::string_view boot) {
    return count && count->digest == digest && count->last_boot == boot;
}

} // namespace

std::string text_of(const BootCount &count) {
    return fmt::format("{} {} {}\n", count.digest, count.boots, count.last_boot);
}

std::optional<BootCount> boot_count_in(std::string_view text) {
    const auto words = split(text, " \n");
    constexpr std::size_t word_count = 3;
    if (words.size() != word_count || !text.ends_with('\n'))
        return std::nullopt;
    BootCount count{std::string(words[0]), 0, std::string(words[2])};
    const auto *end = words[1].data() + words[1].size();
    const auto read = std::from_chars(words[1].data(), end, count.boots);
    if (read.ec != std::errc() || read.ptr != end || count.boots > boots_max)
        return std::nullopt;
    return count;
}

unsigned boots_before(const std::optional<BootCount> &count, std::string_view digest,
                      std::string_view this_boot) {
    if (!count || count->digest != digest)
        return 0;
    return is_counted(count, digest, this_boot) && count->boots != 0 ? count->boots - 1
                                                                     : count->boots;
}

BootCount with_boot(const std::optional<BootCount> &count, std::string_view digest,
                    std::string_view this_boot) {
    const auto before = boots_before(count, digest, this_boot);
    return {std::string(digest), std::min(before + 1, boots_max), std::string(this_boot)};
}

bool enforces(const ReadyPolicy &ready) {
    return !ready.is_empty() &&
           (ready.load_mode == Mode::Enforce || ready.request_mode == Mode::Enforce);
}

void hold_back(ReadyPolicy &ready) {
    for (auto *mode : {&ready.load_mode, &ready.request_mode})
        if (*mode == Mode::Enforce)
            *mode = Mode::Audit;
}

} // namespace mk::policy
