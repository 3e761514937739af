// SPDX-License-Identifier: GPL-2.0-only
#include "cli/commands/policy/rule_place.hpp"

#include <fmt/format.h>

#include "policy/activation.hpp"

namespace mk::cli {

std::string place_of_rule(const policy::KeptFiles &text, const std::string &id) {
    const auto rules = policy::parse_policy(text.files, 0);
    for (const auto &rule : rules.policy.rules)
        if (rule.name() == id) {
            const auto &file = rule.place.file;
            return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), rule.place.line);
        }
    return id;
}

std::string place_in_force(const std::string &id) {
    const auto policy = driver::DevicePolicyClient().installed();
    const auto text = policy ? policy::text_in_force(policy.value()) : std::nullopt;
    return text ? place_of_rule(*text, id) : id;
}

} // namespace mk::cli
