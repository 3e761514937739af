// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy check: whether the rules are right, and what they choose on a kernel. Needs no
// daemon, no driver and no privileges.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/terminal.hpp"
#include "cli/absolute_path.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/output/pager.hpp"
#include "policy/compiler.hpp"
#include "policy/kernel_lint.hpp"
#include "policy/selectors.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> files;
    Machine machine;
};

struct Checked {
    policy::PolicyText rules;
    std::string release;
};

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
    return checked;
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
                                     {"findings", json_of(found.rules.findings)}}))
                       .c_str(),
                   stdout);
    else
        print_paged(text_of(found.rules.findings) + summary(found), !invocation.no_pager);
    return is_invalid ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_policy_check(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "check",
                    "Check the rules, without changing what may be loaded",
                    "  modkeeper policy check\n"
                    "  modkeeper policy check ./10-local.rules\n"
                    "  modkeeper policy check --json | jq '.findings[].message'\n"
                    "\n"
                    "Each finding begins with the file, the line and the column.\n"
                    "\n"
                    "Exit status 1: there is an error.");
    const auto asked = std::make_shared<Asked>();
    command.arguments("FILE", asked->files,
                      "Files of rules (default: those of /etc, /run and /usr/lib)", Offer::Nothing);
    command.machine(asked->machine);
    command.no_pager();
    command.runs([&invocation, asked] { return check(invocation, *asked); });
}

} // namespace mk::cli
