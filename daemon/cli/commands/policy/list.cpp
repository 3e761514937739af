// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy list: the rules that are in force, and how often each decided.
#include "cli/commands/policy/policy.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/table.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"

namespace mk::cli {
namespace {

Json json_of(const driver::InstalledPolicy &policy) {
    Json rules = Json::array();
    for (const auto &rule : policy.rules)
        rules.push_back(object({{"rule", rule.id},
                                {"gate", driver::name_of(rule.gate)},
                                {"rule_verdict", rule.verdict},
                                {"is_default", rule.is_default},
                                {"hits", rule.hits},
                                {"rule_reason", text_or_null(rule.reason)}}));
    return rules;
}

std::string text_of(const Invocation &invocation, const driver::InstalledPolicy &policy) {
    Table table({{"HITS", Table::Align::Right}, {"RULE"}, {"SAYS"}, {"REASON"}});
    for (const auto &rule : policy.rules)
        table.add({std::to_string(rule.hits), rule.id,
                   (rule.is_default ? "default " : "") + rule.verdict + " " +
                       std::string(driver::name_of(rule.gate)),
                   rule.reason});
    return table.text(!invocation.no_legend);
}

Ended list(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    if (invocation.json)
        std::fputs(json_text(json_of(policy.value())).c_str(), stdout);
    else
        print_paged(text_of(invocation, policy.value()), !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_policy_list(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "list",
                    "List the rules that are in force, and how often each decided",
                    "  modkeeper policy list\n"
                    "  modkeeper policy list --json | jq '.[] | select(.hits == 0).rule'");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation] { return list(invocation); });
}

} // namespace mk::cli
