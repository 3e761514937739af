// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy check: whether the rules are right, and what they choose on a kernel. Needs no
// daemon, no driver and no privileges.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/absolute_path.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/output/pager.hpp"
#include "explain/policy_ahead.hpp"
#include "kmod/catalog.hpp"
#include "policy/compiler.hpp"
#include "policy/judgement.hpp"
#include "policy/kernel_lint.hpp"
#include "policy/needs.hpp"
#include "policy/selectors.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> files;
    Machine machine;
};

// What the machine needs, and the rules would deny.
struct DeniedNeed {
    policy::NeededModule need;
    std::string rule;
    std::string reason;
    policy::Place place;

    bool is_grave() const { return need.kind != policy::NeededModule::Kind::Configured; }
};

struct Checked {
    policy::PolicyText rules;
    std::string release;
    std::vector<DeniedNeed> denied;
};

// Facts of a file, read once a rule asks for them.
policy::LoadFacts facts_of(const policy::NeededModule &need) {
    const auto question = std::make_shared<std::optional<driver::PolicyQuestion>>();
    const auto read = [need, question]() -> const driver::PolicyQuestion & {
        if (!*question)
            *question = question_about_load(need.name, need.path, {});
        return **question;
    };
    return {need.name, [read] { return read().is_signed; },
            [read] { return read().is_out_of_tree; }};
}

std::vector<DeniedNeed> denied_needs(const policy::Policy &policy,
                                     const ConfigurationPlaces &places, std::int64_t now) {
    std::vector<DeniedNeed> denied;
    auto catalog = Catalog::create(places.catalog(), NearNames::LeftOut);
    if (policy.rules.empty() || !catalog)
        return denied;
    for (const auto &need : policy::needed_modules(catalog.value(), places)) {
        const auto *rule = policy::deciding_rule(policy, facts_of(need), now);
        if (rule != nullptr && rule->verdict == policy::Verdict::Deny)
            denied.push_back({need, rule->name(), rule->reason, rule->place});
    }
    return denied;
}

Result<Checked> look(const Asked &asked) {
    const auto places = TRY(places_of(asked.machine));
    const auto now = std::time(nullptr);
    Checked checked;
    checked.release = places.release();
    checked.rules = asked.files.empty() ? policy::read_policy(places.root, now)
                                        : policy::read_policy_files(asked.files, now);
    if (policy::has_errors(checked.rules.findings))
        return checked;
    auto &rules = checked.rules;
    policy::lint_for_kernel(rules.policy, places, rules.findings);
    policy::resolve_selectors(rules.policy, places, rules.findings);
    policy::sort_findings(rules);
    TRY(policy::compile(rules.policy, {{}, checked.release}));
    if (!policy::has_errors(rules.findings))
        checked.denied = denied_needs(rules.policy, places, now);
    return checked;
}

std::string line_of(const DeniedNeed &denied, const std::string &release) {
    const auto text =
        fmt::format("{}:{}: {}: kernel {} could not load {}, which this machine needs ({}): {}{}",
                    denied.place.file, denied.place.line, denied.is_grave() ? "problem" : "warning",
                    release, denied.need.name, policy::word_of(denied.need.kind), denied.need.why,
                    denied.reason.empty() ? "" : "; the rule says: " + denied.reason);
    return painted(printable(text), denied.is_grave() ? Colour::Red : Colour::Yellow) + "\n";
}

Json list_of(const std::vector<DeniedNeed> &denied) {
    Json list = Json::array();
    for (const auto &one : denied)
        list.push_back(object({{"module", one.need.name},
                               {"need", std::string(policy::word_of(one.need.kind))},
                               {"message", one.need.why},
                               {"rule", one.rule},
                               {"rule_reason", text_or_null(one.reason)},
                               {"file", one.place.file},
                               {"line", one.place.line}}));
    return list;
}

std::string summary(const Checked &checked) {
    const auto &findings = checked.rules.findings;
    const auto errors = static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const auto &one) { return one.is_error(); }));
    const auto rules = checked.rules.policy.rules.size();
    return fmt::format("{} in {}: {}, {}\n", counted(rules, "rule"),
                       counted(checked.rules.files.size(), "file"), counted(errors, "error"),
                       counted(findings.size() - errors, "warning"));
}

std::string page_of(const Checked &found) {
    auto text = text_of(found.rules.findings);
    for (const auto &denied : found.denied)
        text += line_of(denied, found.release);
    return text + summary(found);
}

Ended check(const Invocation &invocation, const Asked &asked) {
    const auto checked = look(asked);
    if (!checked)
        return Failure{checked.error()};
    const auto &found = checked.value();
    const bool is_invalid = policy::has_errors(found.rules.findings);
    if (invocation.json)
        std::fputs(json_text(object({{"result", is_invalid ? "invalid" : "valid"},
                                     {"kernel_release", found.release},
                                     {"files", found.rules.files},
                                     {"rule_count", found.rules.policy.rules.size()},
                                     {"findings", json_of(found.rules.findings)},
                                     {"denied_needs", list_of(found.denied)}}))
                       .c_str(),
                   stdout);
    else
        print_paged(page_of(found), !invocation.no_pager);
    const bool is_grave = std::any_of(found.denied.begin(), found.denied.end(),
                                      [](const auto &one) { return one.is_grave(); });
    return is_invalid ? ExitCode::Failed : is_grave ? ExitCode::Denied : ExitCode::Ok;
}

} // namespace

void add_policy_check(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "check",
                    "Check the rules, without changing what may be loaded",
                    "  modkeeper policy check\n"
                    "  modkeeper policy check ./10-local.rules\n"
                    "  modkeeper policy check --kernel \"$(uname -r)\"\n"
                    "  modkeeper policy check --json | jq '.findings[].message'\n"
                    "\n"
                    "Each finding begins with the file and the line. It also looks whether the "
                    "rules would deny what this machine needs of the kernel: to boot, for its "
                    "devices, or because modules-load.d names it.\n"
                    "\n"
                    "Exit status 1: there is an error. 4: what a boot or a device needs would be "
                    "denied.");
    const auto asked = std::make_shared<Asked>();
    command.arguments("FILE", asked->files,
                      "Files of rules (default: those of /etc, /run and /usr/lib)", Offer::Nothing);
    command.machine(asked->machine);
    command.no_pager();
    command.runs([&invocation, asked] { return check(invocation, *asked); });
}

} // namespace mk::cli
