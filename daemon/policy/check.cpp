// SPDX-License-Identifier: GPL-2.0-only
#include "policy/check.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "explain/policy_ahead.hpp"
#include "kmod/catalog.hpp"
#include "policy/compiler.hpp"
#include "policy/judgement.hpp"
#include "policy/kernel_lint.hpp"
#include "policy/selectors.hpp"

namespace mk::policy {
namespace {

// Facts of a file, read once a rule asks for them.
LoadFacts facts_of(const NeededModule &need) {
    const auto question = std::make_shared<std::optional<driver::PolicyQuestion>>();
    const auto read = [need, question]() -> const driver::PolicyQuestion & {
        if (!*question)
            *question = question_about_load(need.name, need.path, {});
        return **question;
    };
    return {need.name, [read] { return read().is_signed; },
            [read] { return read().is_out_of_tree; }};
}

std::vector<DeniedNeed> denied_needs(const Policy &policy, const ConfigurationPlaces &places,
                                     std::int64_t now) {
    std::vector<DeniedNeed> denied;
    auto catalog = Catalog::create(places.catalog(), NearNames::LeftOut);
    if (policy.rules.empty() || !catalog)
        return denied;
    for (const auto &need : needed_modules(catalog.value(), places)) {
        const auto *rule = deciding_rule(policy, facts_of(need), now);
        if (rule != nullptr && rule->verdict == Verdict::Deny)
            denied.push_back({need, rule->name(), rule->reason, rule->place});
    }
    return denied;
}

} // namespace

bool CheckedPolicy::is_grave() const {
    return std::any_of(denied.begin(), denied.end(),
                       [](const auto &one) { return one.is_grave(); });
}

Result<CheckedPolicy> check_policy(const ConfigurationPlaces &places,
                                   const std::vector<std::string> &files, std::int64_t now) {
    CheckedPolicy checked;
    checked.release = places.release();
    checked.rules = files.empty() ? read_policy(places.root, now) : read_policy_files(files, now);
    if (has_errors(checked.rules.findings))
        return checked;
    auto &rules = checked.rules;
    lint_for_kernel(rules.policy, places, rules.findings);
    resolve_selectors(rules.policy, places, rules.findings);
    sort_findings(rules);
    TRY(compile(rules.policy, {{}, checked.release}));
    if (!has_errors(rules.findings))
        checked.denied = denied_needs(rules.policy, places, now);
    return checked;
}

} // namespace mk::policy
