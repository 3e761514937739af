// SPDX-License-Identifier: GPL-2.0-only
#include "policy/judgement.hpp"

#include <algorithm>
#include <optional>

#include "base/pattern.hpp"

namespace mk::policy {

namespace {

// Of root, at boot. Nothing: it is not known beforehand, so that no condition about it holds.
std::optional<bool> holds_of_root(const Who &who) {
    switch (who.kind) {
    case Who::Kind::Uid:
        return who.uid_first == 0;
    case Who::Kind::Helper:
    case Who::Kind::Kernel:
        return std::nullopt;
    case Who::Kind::Unprivileged:
    case Who::Kind::Container:
    case Who::Kind::Login:
        break;
    }
    return false;
}

std::optional<bool> is_so(const Condition &condition, const LoadFacts &facts) {
    switch (condition.fact) {
    case Condition::Fact::Signed:
        return facts.is_signed();
    case Condition::Fact::OutOfTree:
        return facts.is_out_of_tree();
    case Condition::Fact::Proprietary:
    case Condition::Fact::Staging:
    case Condition::Fact::Forced:
    case Condition::Fact::Livepatch:
    case Condition::Fact::Test:
    case Condition::Fact::FromMemory:
        return false;
    case Condition::Fact::By:
        return holds_of_root(condition.who);
    case Condition::Fact::OnRootDevice:
    case Condition::Fact::Path:
    case Condition::Fact::Srcversion:
    case Condition::Fact::Parameters:
    case Condition::Fact::For:
        break;
    }
    return std::nullopt;
}

bool fits_one(const std::vector<Pattern> &patterns, const std::string &name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto &pattern) {
        return pattern.kind == Pattern::Kind::Name && fits(pattern.text, name);
    });
}

bool holds(const Rule &rule, const LoadFacts &facts) {
    return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](const auto &condition) {
        const auto is = is_so(condition, facts);
        return is && *is != condition.is_negated;
    });
}

} // namespace

const Rule *deciding_rule(const Policy &policy, const LoadFacts &facts, std::int64_t now) {
    const Rule *otherwise = nullptr;
    for (const auto &rule : policy.rules) {
        if (rule.gate != Gate::Load || (rule.until && *rule.until <= now))
            continue;
        if (rule.is_default)
            otherwise = &rule;
        else if (rule.verdict != Verdict::Warn && fits_one(rule.what, facts.module) &&
                 !fits_one(rule.except, facts.module) && holds(rule, facts))
            return &rule;
    }
    return otherwise;
}

} // namespace mk::policy
