// SPDX-License-Identifier: GPL-2.0-only
// One thing that modkeeper doctor looked at: how it is, what shows it, what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mk::doctor {

enum class CheckResult : std::uint8_t {
    Ok,
    Warning, // works, but not all of it or not for long
    Problem, // does not work
    Unknown, // could not be seen
};

struct Finding {
    CheckResult verdict = CheckResult::Ok;
    std::string subject;
    std::string evidence;
    std::string remedy; // a command; "" when nothing has to be done
};

using Findings = std::vector<Finding>;

} // namespace mk::doctor
