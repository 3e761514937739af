// SPDX-License-Identifier: GPL-2.0-only
// Rules of deny, allow and revoke, for whoever asks for them: what is asked for is checked, written
// and put into force, and told with what somebody should know of it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "policy/local_change.hpp"

namespace mk::policy {

// As it is asked for.
struct RuleWish {
    std::vector<std::string> names;
    std::string reason;
    std::string until;
};

// InvalidArgument: a name, the reason or the date cannot stand in a rule. Looks at nothing else, so
// that it may be called for anybody.
Result<NewRule> new_rule(const RuleWish &wish, Verdict verdict);

struct PutRule {
    RuleChange change;
    std::vector<std::string> sentences; // of the modules, as they were before
};

// BuiltIn: no rule keeps it out, and nothing was changed.
std::variant<PutRule, NotChanged> put_rule(driver::PolicyClient &client,
                                           const ConfigurationPlaces &places, const NewRule &rule);

// What the driver says of the names of a rule that is in force.
struct Standing {
    std::vector<std::string> sentences;
    bool is_as_asked = true; // no: another rule decides about one of them
};
Standing standing_of(driver::PolicyClient &client, const NewRule &rule);

// That those which are loaded stay so, and what holds them.
std::vector<std::string> facts_of_loaded(const ConfigurationPlaces &places, const NewRule &rule);

// All of @names_or_ids or none; what was taken out is in the change, each once. NotFound: no rule
// has one of them.
std::variant<RuleChange, NotChanged> take_rules(driver::PolicyClient &client,
                                                const ConfigurationPlaces &places,
                                                const std::vector<std::string> &names_or_ids);

} // namespace mk::policy
