// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy diff: what was seen on this machine, and would be denied if the rules on disk
// were enforced with everything else denied.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/format.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/commands/policy/seen_modules.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/pager.hpp"
#include "policy/denied_uses.hpp"
#include "policy/kernel_facts.hpp"

namespace mk::cli {
namespace {

using policy::DeniedUse;

struct Found {
    std::vector<DeniedUse> uses;
    std::vector<std::string> unread;
};

// "10-local.rules:4", of a rule that has a name of its own too
std::string place_of(const policy::PolicyText &rules, const std::string &name) {
    const auto rule = std::ranges::find_if(rules.policy.rules,
                                           [&](const auto &one) { return one.name() == name; });
    if (rule == rules.policy.rules.end())
        return name;
    const auto &file = rule->place.file;
    return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), rule->place.line);
}

Json time_of(const DeniedUse &use) {
    return use.last && use.last->realtime_ns != 0 ? Json(utc_time(use.last->realtime_ns)) : Json();
}

Json json_of(const Found &found, const policy::PolicyText &rules) {
    Json list = Json::array();
    for (const auto &use : found.uses)
        list.push_back(
            object({{"module", text_or_null(use.module)},
                    {"alias", text_or_null(use.alias)},
                    {"device", text_or_null(use.device.substr(use.device.rfind('/') + 1))},
                    {"times", use.times},
                    {"time", time_of(use)},
                    {"comm", text_or_null(use.last ? use.last->who : "")},
                    {"uid", use.last ? Json(use.last->uid) : Json()},
                    {"rule", text_or_null(use.rule)},
                    {"where", text_or_null(use.rule.empty() ? "" : place_of(rules, use.rule))},
                    {"rule_reason", text_or_null(use.reason)},
                    {"allowed_by", use.allowed_by},
                    {"sentences", use.clauses}}));
    return list;
}

std::string text_of(const DeniedUse &use, const policy::PolicyText &rules) {
    const auto thing = use.module.empty() ? "the request for " + use.alias : use.module;
    auto text = painted(printable(thing), Colour::Bold);
    text += use.rule.empty()
                ? ": no rule allows it\n"
                : fmt::format(": {} denies it{}\n", printable(place_of(rules, use.rule)),
                              use.reason.empty() ? "" : ": " + printable(use.reason));
    for (const auto &clause : use.clauses)
        text += "  " + printable(clause) + "\n";
    if (!use.device.empty())
        text += "  " + printable(use.device) + " asks for it\n";
    return text + "  to allow it: " + printable(use.allowed_by) + "\n";
}

std::string text_of(const Found &found, const policy::PolicyText &rules) {
    std::string text;
    for (const auto &use : found.uses)
        text += text_of(use, rules);
    if (found.uses.empty())
        text += "nothing that was seen would be denied\n";
    return text;
}

Ended diff(const Invocation &invocation, const std::string &since) {
    const auto seen = seen_modules(since);
    if (!seen)
        return Failure{seen.error()};
    const auto ready = policy::rules_of_machine({});
    if (!ready)
        return Failure{ready.error()};
    const auto &rules = ready.value().rules;
    if (policy::has_errors(rules.findings))
        return Failure{{ErrorCode::InvalidArgument, "the rules on disk have errors"},
                       "modkeeper policy check",
                       ExitCode::Failed};
    const auto facts = policy::read_kernel_facts({}, seen.value().sightings);
    if (!facts)
        return Failure{facts.error()};
    const Found found{policy::denied_uses(rules.policy, seen.value().sightings, facts.value(),
                                          std::time(nullptr)),
                      seen.value().unread};
    if (invocation.json) {
        std::fputs(json_text(json_of(found, rules)).c_str(), stdout);
    } else {
        for (const auto &source : found.unread)
            note("not looked at: " + printable(source));
        print_paged(text_of(found, rules), !invocation.no_pager);
    }
    return found.uses.empty() ? ExitCode::Ok : ExitCode::Denied;
}

} // namespace

void add_policy_diff(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "diff", "Show what an enforced list would deny of what was seen here",
        "  modkeeper policy diff\n"
        "  modkeeper policy diff --since boot\n"
        "  modkeeper policy diff --json | jq -r '.[].allowed_by'\n"
        "\n"
        "It judges what is loaded, the journal's loads, and what the policy would have denied by "
        "the rules on disk, as if they ended with \"default load deny\". Each is shown with who "
        "wanted it, and with a line that would allow it.\n"
        "\n"
        "Exit status 4: something would be denied.");
    const auto since = std::make_shared<std::string>();
    command.option("--since", "TIME", *since,
                   "Look at what happened since then: -30d, 2026-11-22; and at what is loaded");
    command.no_pager();
    command.runs([&invocation, since] { return diff(invocation, *since); });
}

} // namespace mk::cli
