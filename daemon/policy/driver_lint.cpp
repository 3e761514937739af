// SPDX-License-Identifier: GPL-2.0-only
#include "policy/driver_lint.hpp"

#include <fmt/core.h>

#include "driver_client/driver_client.hpp"
#include "policy/rule_text.hpp"

namespace mk::policy {

namespace {

using driver::Feature;

constexpr std::uint64_t bit(Feature feature) {
    return static_cast<std::uint64_t>(feature);
}

constexpr const char *what_is_missing = "\"modkeeper status\" names the sources that are missing";

// Of a load.
std::uint64_t sources_of(Condition::Fact fact) {
    switch (fact) {
    case Condition::Fact::FromMemory:
        return bit(Feature::Calls);
    case Condition::Fact::OnRootDevice:
    case Condition::Fact::Path:
        return bit(Feature::Calls) | bit(Feature::Files);
    case Condition::Fact::For:
        return bit(Feature::Calls) | bit(Feature::Requests);
    case Condition::Fact::Signed:
    case Condition::Fact::OutOfTree:
    case Condition::Fact::Proprietary:
    case Condition::Fact::Staging:
    case Condition::Fact::Forced:
    case Condition::Fact::Livepatch:
    case Condition::Fact::Test:
    case Condition::Fact::Srcversion:
    case Condition::Fact::Parameters:
    case Condition::Fact::By:
        break;
    }
    return 0;
}

// Clients of the daemon need no source: the daemon states them.
std::string what_it_means(const Condition &condition) {
    if (condition.fact == Condition::Fact::For)
        return fmt::format("the driver cannot see on this kernel for whom the kernel has a module "
                           "loaded: \"{}\" does not apply to such loads",
                           text_of(condition));
    return fmt::format("the driver cannot see on this kernel whether \"{}\": this rule never holds",
                       text_of(condition));
}

} // namespace

void lint_for_driver(const Policy &policy, std::uint64_t features, Findings &findings) {
    for (const auto &rule : policy.rules) {
        if (rule.gate == Gate::Request) {
            if ((features & bit(Feature::RequestGate)) == 0)
                findings.push_back(
                    warning_at(rule.place,
                               "the driver judges no requests on this kernel: this rule does "
                               "nothing",
                               what_is_missing));
            continue;
        }
        for (const auto &condition : rule.conditions)
            if (const auto needed = sources_of(condition.fact); (features & needed) != needed)
                findings.push_back(
                    warning_at(condition.place, what_it_means(condition), what_is_missing));
    }
}

} // namespace mk::policy
