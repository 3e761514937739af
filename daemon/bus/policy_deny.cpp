// SPDX-License-Identifier: GPL-2.0-only
// Methods of org.modkeeper1.Policy that write rules: they read and check the request at once, ask
// for authorisation, and hand the work on.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "base/module_name.hpp"
#include "bus/arguments.hpp"
#include "bus/bus_error.hpp"
#include "bus/policy_object.hpp"
#include "bus/policy_rows.hpp"
#include "bus/task_answer.hpp"
#include "policy/image_policy.hpp"
#include "policy/local_deny.hpp"

namespace mk::bus {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t names_max = 64; // in one call: each has its holders looked for

Result<policy::NewRule> read_deny(sd_bus_message *call) {
    policy::RuleWish wish;
    wish.names = TRY(read_strings(call, names_max, "names"));
    const std::array<Option, 2> options = {{{"reason", &wish.reason}, {"until", &wish.until}}};
    TRY(read_options(call, "Deny", options));
    return policy::new_rule(wish, policy::Verdict::Deny);
}

Result<Names> read_revoke(sd_bus_message *call) {
    auto names = TRY(read_strings(call, names_max, "names"));
    TRY(read_options(call, "RevokeRules", {}));
    if (names.empty())
        return Error{ErrorCode::InvalidArgument, "RevokeRules names nothing"};
    const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
    for (const auto &name : names)
        if (name.empty() || name.size() > policy::id_max ||
            !std::all_of(name.begin(), name.end(), is_plain))
            return Error{ErrorCode::InvalidArgument,
                         quote(name) + " is neither a name of a module nor an id of a rule"};
    return each_once(names);
}

Error error_of(const policy::NotChanged &refused) {
    auto error = refused.error;
    if (refused.not_undone)
        error.message += "; the rule stays on disk: " + refused.not_undone->message;
    return error;
}

Row row_of_change(const policy::RuleChange &change, const Names &modules) {
    Row row = {{"result", std::string(change.generation == 0 ? "unchanged" : "applied")},
               {"modules", modules}};
    add_text(row, "rule", change.changed.id);
    if (change.generation != 0)
        row.push_back({"policy_generation", change.generation});
    return row;
}

Result<Answer> deny(driver::PolicyClient &client, const ConfigurationPlaces &places,
                    const policy::NewRule &rule) {
    const auto done = policy::put_rule(client, places, rule);
    if (const auto *refused = std::get_if<policy::NotChanged>(&done))
        return error_of(*refused);
    const auto &[change, before] = std::get<policy::PutRule>(done);
    if (change.not_kept)
        return *change.not_kept;
    auto sentences = before;
    for (auto &fact : policy::facts_of_loaded(places, rule))
        sentences.push_back(std::move(fact));
    for (auto &fact : policy::standing_of(client, rule).sentences)
        sentences.push_back(std::move(fact));
    if (auto note = policy::note_of_image(places.root); note && change.generation != 0)
        sentences.push_back(std::move(*note));
    auto row = row_of_change(change, rule.names);
    row.push_back({"sentences", std::move(sentences)});
    return Answer{{std::move(row)}, {}};
}

Result<Answer> revoke(driver::PolicyClient &client, const ConfigurationPlaces &places,
                      const Names &names) {
    const auto done = policy::take_rules(client, places, names);
    if (const auto *refused = std::get_if<policy::NotChanged>(&done))
        return error_of(*refused);
    const auto &change = std::get<policy::RuleChange>(done);
    if (change.not_kept)
        return *change.not_kept;
    return Answer{{row_of_change(change, change.changed.taken)}, {}};
}

} // namespace

int PolicyObject::on_deny(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto rule = read_deny(call);
    if (!rule)
        return set_error(error, rule.error());
    return self.ask(
        call, deny_question_of(rule.value()),
        [&self, rule = rule.value()] { return deny(self.policy_, self.places_, rule); },
        append_first);
}

int PolicyObject::on_revoke_rules(sd_bus_message *call, void *userdata, sd_bus_error *error) {
    auto &self = *static_cast<PolicyObject *>(userdata);
    const auto names = read_revoke(call);
    if (!names)
        return set_error(error, names.error());
    return self.ask(
        call, revoke_rules_question_of(names.value()),
        [&self, names = names.value()] { return revoke(self.policy_, self.places_, names); },
        append_first);
}

} // namespace mk::bus
