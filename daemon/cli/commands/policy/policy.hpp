// SPDX-License-Identifier: GPL-2.0-only
// The commands of modkeeper policy, a file each, and what several of them show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output/json.hpp"
#include "driver_client/policy_device.hpp"
#include "policy/activation.hpp"
#include "policy/local_deny.hpp"
#include "policy/policy_files.hpp"

namespace mk::cli {

void add_policy_check(CLI::App &app, Invocation &invocation);
void add_policy_apply(CLI::App &app, Invocation &invocation);
void add_policy_confirm(CLI::App &app, Invocation &invocation);
void add_policy_rollback(CLI::App &app, Invocation &invocation);
void add_policy_show(CLI::App &app, Invocation &invocation);
void add_policy_deny(CLI::App &app, Invocation &invocation);
void add_policy_allow(CLI::App &app, Invocation &invocation);
void add_policy_revoke(CLI::App &app, Invocation &invocation);
void add_policy_learn(CLI::App &app, Invocation &invocation);
void add_policy_diff(CLI::App &app, Invocation &invocation);
void add_policy_generate(CLI::App &app, Invocation &invocation);
void add_policy_why(CLI::App &app, Invocation &invocation);
void add_policy_import(CLI::App &app, Invocation &invocation);
void add_policy_status(CLI::App &app, Invocation &invocation);
void add_policy_list(CLI::App &app, Invocation &invocation);
void add_policy_test(CLI::App &app, Invocation &invocation);
void add_policy_mode(CLI::App &app, Invocation &invocation);
void add_policy_seal(CLI::App &app, Invocation &invocation);
void add_policy_boots(CLI::App &app, Invocation &invocation);
void add_policy_compile(CLI::App &app, Invocation &invocation);

// What modkeeper policy apply --boot does.
Ended apply_at_boot(const Invocation &invocation);
// What became of rules that were applied: "applied", "trial", "would-apply".
void tell_applied(const Invocation &invocation, const policy::ReadyPolicy &ready,
                  const char *result, std::uint64_t generation);
// That the initramfs has the rules of before, where it brings rules.
void note_image();
void tell_findings(const policy::Findings &findings);

Ended allow_by_rule(const Invocation &invocation, const policy::RuleWish &asked);
Ended revoke_rules(const Invocation &invocation, const std::vector<std::string> &names);

// Why rules did not get into force, or are not kept for the next boot; nothing: neither.
std::optional<Failure> failure_of(const Result<policy::Activation> &done);
// "file severity message ...", an object each.
Json json_of(const policy::Findings &findings);
// "FILE:LINE:COLUMN: error: ..." in colours, a line each.
std::string text_of(const policy::Findings &findings);
// A temporary permission: an object; "3: mk_base, for 9 min 58 s more, for 2 more loads".
Json json_of(const driver::Permission &permission);
std::string text_of(const driver::Permission &permission);
// "3 rules", "1 error"
std::string counted(std::size_t number, const char *thing);

} // namespace mk::cli
