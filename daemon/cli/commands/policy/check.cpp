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
#include "driver_client/dev_node_client.hpp"
#include "policy/check.hpp"
#include "policy/driver_lint.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> files;
    Machine machine;
};

using policy::CheckedPolicy;
using policy::DeniedNeed;

// Of the running kernel also what its driver, if there is one, says.
Result<CheckedPolicy> look(const Asked &asked) {
    const auto places = TRY(places_of(asked.machine));
    auto checked = TRY(policy::check_policy(places, asked.files, std::time(nullptr)));
    if (!places.is_this_machine())
        return checked;
    if (const auto driver = driver::DevNodeClient().status()) {
        policy::lint_for_driver(checked.rules.policy, driver.value().features,
                                checked.rules.findings);
        policy::sort_findings(checked.rules);
    }
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

std::string summary(const CheckedPolicy &checked) {
    const auto &findings = checked.rules.findings;
    const auto errors = static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const auto &one) { return one.is_error(); }));
    const auto rules = checked.rules.policy.rules.size();
    return fmt::format("{} in {}: {}, {}\n", counted(rules, "rule"),
                       counted(checked.rules.files.size(), "file"), counted(errors, "error"),
                       counted(findings.size() - errors, "warning"));
}

std::string page_of(const CheckedPolicy &found) {
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
    return is_invalid ? ExitCode::Failed : found.is_grave() ? ExitCode::Denied : ExitCode::Ok;
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
