// SPDX-License-Identifier: GPL-2.0-only
#include "policy/named_sets.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/suggestion.hpp"

namespace mk::policy {

namespace {

constexpr std::size_t depth_max = 32; // sets within sets

class Expansion {
  public:
    Expansion(const Policy &policy, Findings &findings) : findings_(findings) {
        for (const auto &set : policy.sets) {
            const auto [known, is_new] = sets_.try_emplace(set.name, &set);
            if (!is_new)
                findings_.push_back(error_at(set.place,
                                             "the set @" + set.name + " is defined twice",
                                             "first at " + known->second->place.text()));
        }
    }

    std::vector<Pattern> expand(const std::vector<Pattern> &patterns, Gate gate) {
        std::vector<Pattern> result;
        for (const auto &pattern : patterns)
            add(pattern, pattern.place, gate, result);
        return result;
    }

  private:
    bool is_full(const Place &used) {
        if (names_ <= names_max)
            return false;
        if (!is_full_)
            findings_.push_back(
                error_at(used, fmt::format("the rules have more than {} names", names_max)));
        is_full_ = true;
        return true;
    }

    // @used: where the rule itself names it, of which its reader knows.
    void add(const Pattern &pattern, const Place &used, Gate gate, std::vector<Pattern> &into) {
        if (pattern.kind != Pattern::Kind::Set && (++names_, is_full(used)))
            return;
        if (pattern.kind == Pattern::Kind::Set) {
            add_set(pattern, used, gate, into);
        } else if (gate == Gate::Request && pattern.kind != Pattern::Kind::Name) {
            findings_.push_back(error_at(used, "the set chooses modules at " +
                                                   pattern.place.text() +
                                                   "; a request has a name only"));
        } else {
            into.push_back({pattern.kind, pattern.text, used});
        }
    }

    void add_set(const Pattern &pattern, const Place &used, Gate gate, std::vector<Pattern> &into) {
        const auto found = sets_.find(pattern.text);
        if (found == sets_.end()) {
            std::vector<std::string> known;
            for (const auto &[name, set] : sets_)
                known.push_back(name);
            const auto meant = nearest(pattern.text, known);
            findings_.push_back(error_at(pattern.place, "there is no set @" + pattern.text,
                                         meant.empty() ? "" : "did you mean @" + meant + "?"));
            return;
        }
        if (std::find(open_.begin(), open_.end(), pattern.text) != open_.end()) {
            findings_.push_back(
                error_at(pattern.place, "the set @" + pattern.text + " contains itself"));
            return;
        }
        if (open_.size() == depth_max) {
            findings_.push_back(error_at(
                pattern.place, fmt::format("there are more than {} sets within sets", depth_max)));
            return;
        }
        open_.push_back(pattern.text);
        for (const auto &member : found->second->members)
            if (!is_full_)
                add(member, used, gate, into);
        open_.pop_back();
    }

    Findings &findings_;
    std::size_t names_ = 0; // in all rules
    bool is_full_ = false;  // and told
    std::map<std::string, const NamedSet *> sets_;
    std::vector<std::string> open_; // sets within which the expansion is
};

} // namespace

void expand_sets(Policy &policy, Findings &findings) {
    Expansion expansion(policy, findings);
    for (auto &rule : policy.rules) {
        rule.what = expansion.expand(rule.what, rule.gate);
        rule.except = expansion.expand(rule.except, rule.gate);
    }
}

} // namespace mk::policy
