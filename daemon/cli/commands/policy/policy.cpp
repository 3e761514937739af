// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy: the commands about which modules may be loaded.
#include "cli/commands/policy/policy.hpp"

#include "cli/command.hpp"

namespace mk::cli {

void add_policy(CLI::App &app, Invocation &invocation) {
    auto &group =
        add_group(app, "policy", "Say which modules may be loaded, and see what that does",
                  "  modkeeper policy check\n"
                  "  modkeeper policy apply\n"
                  "  modkeeper policy status\n"
                  "\n"
                  "The rules are in /etc/modkeeper/policy.d/*.rules, one a line:\n"
                  "  deny load dccp sctp reason \"not used here\"\n"
                  "modkeeper-policy(5) describes them.");
    add_policy_check(group, invocation);
    add_policy_apply(group, invocation);
    add_policy_confirm(group, invocation);
    add_policy_rollback(group, invocation);
    add_policy_deny(group, invocation);
    add_policy_allow(group, invocation);
    add_policy_revoke(group, invocation);
    add_policy_learn(group, invocation);
    add_policy_diff(group, invocation);
    add_policy_generate(group, invocation);
    add_policy_import(group, invocation);
    add_policy_status(group, invocation);
    add_policy_list(group, invocation);
    add_policy_show(group, invocation);
    add_policy_why(group, invocation);
    add_policy_test(group, invocation);
    add_policy_mode(group, invocation);
    add_policy_seal(group, invocation);
    add_policy_boots(group, invocation);
    add_policy_compile(group, invocation);
}

std::optional<Failure> failure_of(const Result<policy::Activation> &done) {
    if (!done)
        return Failure{done.error()};
    if (done.value().not_kept)
        return Failure{*done.value().not_kept, "modkeeper policy apply"};
    return std::nullopt;
}

} // namespace mk::cli
