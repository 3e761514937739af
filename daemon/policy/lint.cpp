// SPDX-License-Identifier: GPL-2.0-only
#include "policy/lint.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/core.h>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "policy/vocabulary.hpp"

namespace mk::policy {

namespace {

std::string whose(Gate gate) {
    return std::string(word_of(gates, gate));
}

// One of each gate: a second one has no effect, and whoever wrote it thinks that it has.
template <typename Line>
void check_single(const std::vector<const Line *> &lines, const char *what, Findings &findings) {
    std::map<Gate, const Line *> first;
    for (const auto *line : lines) {
        const auto [known, is_new] = first.try_emplace(line->gate, line);
        if (!is_new)
            findings.push_back(
                error_at(line->place, fmt::format("a second {} {}", what, whose(line->gate)),
                         fmt::format("the first is at {}", known->second->place.text())));
    }
}

void check_defaults_and_modes(const Policy &policy, Findings &findings) {
    std::vector<const Rule *> defaults;
    for (const auto &rule : policy.rules)
        if (rule.is_default)
            defaults.push_back(&rule);
    check_single(defaults, "default", findings);
    std::vector<const ModeLine *> lines;
    for (const auto &line : policy.modes)
        lines.push_back(&line);
    check_single(lines, "mode", findings);
}

void check_ids(const Policy &policy, Findings &findings) {
    std::unordered_map<std::string, const Rule *> first;
    for (const auto &rule : policy.rules) {
        const auto [known, is_new] = first.try_emplace(rule.name(), &rule);
        if (!is_new)
            findings.push_back(error_at(rule.place, "the id " + rule.name() + " is taken",
                                        "by the rule at " + known->second->place.text()));
    }
}

void check_conditions(const Rule &rule, std::int64_t now, Findings &findings) {
    const auto has = [&](Condition::Fact fact) {
        return std::any_of(rule.conditions.begin(), rule.conditions.end(),
                           [&](const auto &one) { return one.fact == fact && !one.is_negated; });
    };
    for (const auto &condition : rule.conditions)
        if (condition.fact == Condition::Fact::Path && !has(Condition::Fact::OnRootDevice))
            findings.push_back(warning_at(
                condition.place, "whoever can mount a file system can give any file this path",
                "add: and on-root-device"));
    for (auto one = rule.conditions.begin(); one != rule.conditions.end(); ++one)
        for (auto other = rule.conditions.begin(); other != one; ++other)
            if (one->fact == other->fact && one->text == other->text &&
                one->is_negated != other->is_negated && one->who.kind == other->who.kind &&
                one->who.uid_first == other->who.uid_first &&
                one->who.uid_last == other->who.uid_last)
                findings.push_back(warning_at(one->place, "this rule never holds",
                                              "it asks for a thing and for its contrary"));
    if (rule.until && *rule.until <= now)
        findings.push_back(warning_at(rule.place, "this rule has ended", "remove it"));
}

// The patterns that rules without a condition have decided so far.
class Decided {
  public:
    // Nothing: it is reached.
    const Rule *before(const Pattern &pattern) const {
        if (pattern.kind != Pattern::Kind::Name)
            return everything_;
        const auto text = spelling(pattern);
        if (const auto found = literals_.find(text); found != literals_.end())
            return found->second;
        const bool is_glob = is_pattern(text);
        for (const auto &[glob, rule] : globs_)
            if (glob == text || (!is_glob && fits(glob, text)))
                return rule;
        return everything_;
    }

    void add(const Rule &rule) {
        if (rule.verdict == Verdict::Warn || rule.is_default || !rule.conditions.empty() ||
            !rule.except.empty() || rule.until)
            return;
        for (const auto &pattern : rule.what) {
            if (pattern.kind != Pattern::Kind::Name)
                continue;
            if (pattern.text == "*")
                everything_ = everything_ ? everything_ : &rule;
            else if (is_pattern(pattern.text))
                globs_.emplace_back(spelling(pattern), &rule);
            else
                literals_.try_emplace(spelling(pattern), &rule);
        }
    }

  private:
    // '-' and '_' are the same in requests too.
    static std::string spelling(const Pattern &pattern) {
        return canonical_pattern(pattern.text).value_or(pattern.text);
    }

    const Rule *everything_ = nullptr;
    std::unordered_map<std::string, const Rule *> literals_;
    std::vector<std::pair<std::string, const Rule *>> globs_;
};

void check_reached(const Policy &policy, Findings &findings) {
    std::array<Decided, 2> decided;
    for (const auto &rule : policy.rules) {
        auto &mine = decided[static_cast<std::size_t>(rule.gate)];
        for (const auto &pattern : rule.what)
            if (const auto *other = mine.before(pattern))
                findings.push_back(warning_at(
                    pattern.place,
                    fmt::format("this has no effect: {} decides it before", other->name())));
        mine.add(rule);
    }
}

// Each is tried at every load, unless an earlier rule decides.
void check_globs(const Policy &policy, Findings &findings) {
    std::array<std::size_t, 2> globs = {};
    const auto count = [&](Gate gate, const Place &place) {
        if (++globs[static_cast<std::size_t>(gate)] == globs_max + 1)
            findings.push_back(error_at(
                place, fmt::format("there are more than {} patterns with *, ? or [", globs_max),
                "name the modules, or use a selector such as @devices"));
    };
    for (const auto &rule : policy.rules) {
        for (const auto *patterns : {&rule.what, &rule.except})
            for (const auto &pattern : *patterns)
                if (pattern.kind == Pattern::Kind::Name && is_pattern(pattern.text))
                    count(rule.gate, pattern.place);
        for (const auto &condition : rule.conditions)
            if (!condition.text.empty())
                count(rule.gate, condition.place);
    }
}

void check_limits(const Policy &policy, Findings &findings) {
    check_globs(policy, findings);
    for (const auto &rule : policy.rules)
        if (const auto name = rule.name();
            name.size() > id_max ||
            std::any_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
            findings.push_back(
                error_at(rule.place,
                         "a rule is called after its file, and that name is too long or has "
                         "blanks or special characters",
                         "rename the file, or give the rule an id="));
    if (policy.rules.size() > rules_max)
        findings.push_back(error_at(policy.rules[rules_max].place,
                                    fmt::format("there are more than {} rules", rules_max)));
}

} // namespace

void lint(const Policy &policy, std::int64_t now, Findings &findings) {
    check_defaults_and_modes(policy, findings);
    check_ids(policy, findings);
    for (const auto &rule : policy.rules)
        check_conditions(rule, now, findings);
    check_reached(policy, findings);
    check_limits(policy, findings);
}

} // namespace mk::policy
