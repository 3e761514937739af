// SPDX-License-Identifier: GPL-2.0-only
// The boot guard: after two boots in a row under rules that are enforced, neither of which reached
// multi-user.target, the next one only records what these rules would deny.
//
// What is counted are boots of one text: other rules begin anew. No clock is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/ready_policy.hpp"

namespace mk::policy {

constexpr unsigned boots_before_audit = 2;

// Boots that did not reach multi-user.target, or have not yet.
struct BootCount {
    std::string digest; // of the text that was enforced
    unsigned boots = 0;
    std::string last_boot; // its ID, so that no boot is counted twice

    bool operator==(const BootCount &) const = default;
};

std::string text_of(const BootCount &count);
// Nothing: it is no such text, or not the whole of it.
std::optional<BootCount> boot_count_in(std::string_view text);

// How many boots before this one were under this text.
unsigned boots_before(const std::optional<BootCount> &count, std::string_view digest,
                      std::string_view this_boot);
// The count with this boot.
BootCount with_boot(const std::optional<BootCount> &count, std::string_view digest,
                    std::string_view this_boot);

// Whether anything is refused for it.
bool enforces(const ReadyPolicy &ready);
// What would be denied is recorded only.
void hold_back(ReadyPolicy &ready);

} // namespace mk::policy
