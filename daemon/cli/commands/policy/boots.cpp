// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy boots: how many boots under these rules came to nothing; for the units that
// count them.
#include <fmt/format.h>

#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "policy/boot_count.hpp"

namespace mk::cli {
namespace {

struct Asked {
    bool count = false;
    bool reached = false;
};

Ended told(const Invocation &invocation, const char *result, unsigned boots,
           const std::string &text) {
    if (invocation.json)
        std::fputs(json_text(object({{"result", result}, {"unfinished_boots", boots}})).c_str(),
                   stdout);
    else if (!invocation.quiet)
        fmt::print("{}\n", text);
    return ExitCode::Ok;
}

std::string text_of(unsigned boots) {
    return boots == 0 ? "no boot under rules is counted that did not reach multi-user.target"
                      : fmt::format("{} under these rules did not reach multi-user.target, or {} "
                                    "not yet; after {}, the next one denies nothing",
                                    counted(boots, "boot"), boots == 1 ? "has" : "have",
                                    policy::boots_before_audit);
}

Ended count(const Invocation &invocation) {
    driver::DevicePolicyClient client;
    const auto counted = policy::count_boot(client, {});
    // as on each boot of a machine whose /var is a file system of its own
    if (!counted && counted.error().code == ErrorCode::NotFound) {
        note("this boot is not counted: " + counted.error().message);
        return told(invocation, "unchanged", 0, "no boot of this machine is held back");
    }
    if (!counted)
        return Failure{counted.error()};
    if (!counted.value())
        return told(invocation, "unchanged", 0, "no rules that were applied at boot are enforced");
    return told(invocation, "counted", counted.value()->boots, text_of(counted.value()->boots));
}

Ended boots(const Invocation &invocation, const Asked &asked) {
    if (asked.count)
        return count(invocation);
    if (asked.reached) {
        const auto gone = policy::forget_counted({});
        if (!gone)
            return Failure{gone.error()};
        return told(invocation, gone.value() ? "changed" : "unchanged", 0,
                    "this boot reached multi-user.target");
    }
    const auto counted = policy::boot_count({});
    // no rules were ever applied
    if (!counted && counted.error().code != ErrorCode::NotFound)
        return Failure{counted.error()};
    const auto number = counted && counted.value() ? counted.value()->boots : 0;
    return told(invocation, "unchanged", number, text_of(number));
}

} // namespace

void add_policy_boots(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "boots",
                    "Show how many boots under the rules did not reach multi-user.target",
                    "  modkeeper policy boots\n"
                    "\n"
                    "After two in a row, the next boot only records what these rules would "
                    "deny. modkeeper-boot-guard.service and modkeeper-boot-complete.service "
                    "count and forget them with the options; who masks the first one has "
                    "none counted. modkeeper-policy(5) says more.");
    const auto asked = std::make_shared<Asked>();
    command.flag("--count", asked->count, "Count this boot, if a policy is enforced");
    command.flag("--reached", asked->reached, "This boot came to its end: forget what was counted");
    command.quiet();
    command.runs([&invocation, asked] { return boots(invocation, *asked); });
}

} // namespace mk::cli
