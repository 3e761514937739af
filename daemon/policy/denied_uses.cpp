// SPDX-License-Identifier: GPL-2.0-only
#include "policy/denied_uses.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/judgement.hpp"
#include "policy/learned_text.hpp"

namespace mk::policy {

namespace {

bool is_default_of_loads(const Rule &rule) {
    return rule.is_default && rule.gate == Gate::Load;
}

const Rule *rule_of_name(const Policy &policy, const std::string &name) {
    const auto found =
        std::ranges::find_if(policy.rules, [&](const auto &rule) { return rule.name() == name; });
    return found == policy.rules.end() ? nullptr : &*found;
}

// The rule that denies it; nullptr: it is let in.
const Rule *denying_rule(const Policy &policy, const Sighting &sighting, std::int64_t now) {
    const LoadFacts facts{sighting.module, [&] { return sighting.is_signed.value_or(false); }};
    const auto *rule = deciding_rule(policy, facts, now);
    if (rule != nullptr && rule->verdict == Verdict::Deny)
        return rule;
    // What depends on who loads it, the driver has judged.
    const auto *recorded = rule_of_name(policy, sighting.rule);
    return recorded != nullptr && recorded->verdict == Verdict::Deny && !recorded->is_default &&
                   !recorded->conditions.empty()
               ? recorded
               : nullptr;
}

void take_sightings(DeniedUse &use, const Sightings &sightings) {
    for (const auto &sighting : sightings) {
        if (sighting.way == Sighting::Way::Present)
            continue;
        ++use.times;
        if (!use.last || sighting.realtime_ns >= use.last->realtime_ns)
            use.last = sighting;
    }
    if (use.last)
        use.alias = use.last->alias;
}

std::string device_of(const KernelFacts &facts, const ModuleName &module) {
    const auto found = facts.device_of.find(module);
    return found == facts.device_of.end() ? "" : found->second;
}

DeniedUse use_of(const LearnedModule &module, const KernelFacts &facts) {
    DeniedUse use;
    use.module = module.name;
    use.device = device_of(facts, module.name);
    take_sightings(use, module.sightings);
    use.clauses = clauses_of(module);
    // the device stays, whatever its driver is called on another kernel
    use.allowed_by =
        use.device.empty() || !module.is_signed ? line_of(module) : "allow load @devices if signed";
    return use;
}

void add_rule(DeniedUse &use, const Rule &rule) {
    use.rule = rule.name();
    use.reason = rule.reason;
}

// Requests that a rule would have denied, and still is there to deny.
void add_requests(std::vector<DeniedUse> &uses, const Policy &policy, const Sightings &sightings) {
    std::map<std::string, Sightings> by_alias;
    for (const auto &sighting : sightings)
        if (sighting.module.empty() && !sighting.alias.empty())
            by_alias[sighting.alias].push_back(sighting);
    for (const auto &[alias, seen] : by_alias) {
        const auto *rule = rule_of_name(policy, seen.back().rule);
        if (rule == nullptr || rule->verdict == Verdict::Allow)
            continue;
        LearnedModule as_module;
        as_module.sightings = seen;
        DeniedUse use;
        take_sightings(use, seen);
        use.alias = alias;
        use.clauses = clauses_of(as_module);
        use.allowed_by = "allow request " + alias;
        add_rule(use, *rule);
        uses.push_back(std::move(use));
    }
}

} // namespace

Policy enforced(Policy policy) {
    const auto found = std::ranges::find_if(policy.rules, is_default_of_loads);
    if (found != policy.rules.end()) {
        if (found->verdict != Verdict::Deny) {
            found->verdict = Verdict::Deny;
            found->id.clear();
            found->reason.clear();
        }
        return policy;
    }
    Rule rule;
    rule.is_default = true;
    rule.verdict = Verdict::Deny;
    policy.rules.push_back(std::move(rule));
    return policy;
}

std::vector<DeniedUse> denied_uses(const Policy &policy, const Sightings &sightings,
                                   const KernelFacts &facts, std::int64_t now) {
    const auto rules = enforced(policy);
    Sightings unlisted;                            // the default denies them
    std::map<std::string, const Rule *> forbidden; // of modules: a rule denies them by intent
    Sightings of_forbidden;
    for (const auto &sighting : sightings) {
        if (sighting.module.empty())
            continue;
        const auto *rule = denying_rule(rules, sighting, now);
        if (rule == nullptr)
            continue;
        if (rule->is_default) {
            unlisted.push_back(sighting);
        } else {
            forbidden[sighting.module] = rule;
            of_forbidden.push_back(sighting);
        }
    }
    auto alone = facts; // without what the selectors would have to say
    alone.devices.clear();
    alone.boot.clear();
    alone.initramfs.clear();
    std::vector<DeniedUse> uses;
    for (const auto &module : learn_with_denied(unlisted, alone).modules)
        uses.push_back(use_of(module, facts));
    alone.needs.clear(); // each is told
    for (const auto &module : learn_with_denied(of_forbidden, alone).modules) {
        auto use = use_of(module, facts);
        use.allowed_by = line_of(module);
        add_rule(use, *forbidden.at(module.name));
        uses.push_back(std::move(use));
    }
    add_requests(uses, policy, sightings);
    std::ranges::stable_sort(uses, {}, &DeniedUse::module);
    return uses;
}

} // namespace mk::policy
