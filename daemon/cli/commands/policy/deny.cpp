// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy deny, and allow and revoke as far as they are about rules: a rule about modules
// by their names, in the file of local rules and in force, in one step.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/errno_text.hpp"
#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/commands/policy/deny_facts.hpp"
#include "cli/commands/policy/local_change.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "cli/unload_consent.hpp"
#include "driver_client/event_names.hpp"
#include "job/module_calls.hpp"

namespace mk::cli {
namespace {

struct Asked : RuleWish {
    bool unload = false;
    bool yes = false;
};

using Sentences = std::vector<std::string>;

struct Told {
    const char *result;
    std::string rule;
    std::vector<std::string> modules;
    std::uint64_t generation = 0;
    std::string text;
    Sentences sentences;
};

void tell(const Invocation &invocation, const Told &told) {
    if (invocation.json) {
        std::fputs(json_text(object({{"result", told.result},
                                     {"rule", text_or_null(told.rule)},
                                     {"modules", told.modules},
                                     {"policy_generation", number_or_null(told.generation)},
                                     {"sentences", told.sentences}}))
                       .c_str(),
                   stdout);
        return;
    }
    if (invocation.quiet)
        return;
    fmt::print("{}\n", printable(told.text));
    for (const auto &sentence : told.sentences)
        fmt::print("  {}\n", printable(sentence));
}

Result<policy::NewRule> rule_of(const RuleWish &asked, policy::Verdict verdict) {
    policy::NewRule rule{verdict, {}, asked.reason, asked.until};
    for (const auto &given : each_once(asked.names)) {
        TRY(check_name(given));
        if (auto name = canonical_name(given);
            std::find(rule.names.begin(), rule.names.end(), name) == rule.names.end())
            rule.names.push_back(std::move(name));
    }
    return rule;
}

// What the driver says now of each; those that it does not decide as asked are @wrong.
Sentences verdicts_of(const policy::NewRule &rule, bool &is_wrong) {
    Sentences sentences;
    const auto device = driver::Device::open();
    if (!device)
        return sentences;
    for (const auto &name : rule.names) {
        driver::PolicyQuestion question;
        question.name = name;
        const auto reply = driver::ask_policy(device.value(), question);
        if (!reply)
            continue;
        const auto &answer = reply.value();
        const auto wanted = word_of_verdict(rule.verdict);
        if (answer.mode != driver::PolicyMode::Enforce) {
            if (name == rule.names.front() && rule.verdict == policy::Verdict::Deny)
                sentences.push_back(
                    fmt::format("nothing is refused yet: the mode of loads is {}; \"modkeeper "
                                "policy mode enforce\" changes that",
                                driver::name_of(answer.mode)));
            continue;
        }
        if (answer.rule_verdict == wanted || (answer.rule.empty() && wanted == "allow"))
            continue;
        is_wrong = true;
        sentences.push_back(fmt::format("{} is not {} by it: {} decides before{}", name,
                                        wanted == "deny" ? "denied" : "allowed", answer.rule,
                                        answer.reason.empty() ? "" : ": " + answer.reason));
    }
    return sentences;
}

// Nothing: they are gone, or were not loaded.
std::optional<Failure> unload(const Invocation &invocation, const Asked &asked,
                              const policy::NewRule &rule) {
    for (const auto &name : rule.names) {
        if (LoadedModules().state(name) == LoadState::Absent)
            continue;
        UnloadRequest request;
        request.names = {name};
        const auto stays = [&](const Error &error) {
            return Failure{{error.code,
                            "the rule is in force, but " + name + " stays loaded: " + error.message,
                            error.facts},
                           "modkeeper holders " + name};
        };
        const auto preview = preview_here(request);
        if (!preview)
            return stays(preview.error());
        if (auto refused = without_consent(invocation, {"unload", request.names, "", asked.yes},
                                           preview.value()))
            return stays(refused->error);
        for (const auto &module : preview.value().plan.modules)
            if (const int error = ModuleCalls::real().remove(module, O_NONBLOCK); error != 0)
                return stays({ErrorCode::Failed, module + ": " + errno_text(error)});
    }
    return std::nullopt;
}

Failure no_reason(const char *command) {
    return {{ErrorCode::InvalidArgument, "say why, for whoever is refused or wonders: "
                                         "--reason TEXT"},
            fmt::format("modkeeper policy {} --help", command),
            ExitCode::Usage};
}

Ended deny(const Invocation &invocation, const Asked &asked) {
    if (asked.reason.empty())
        return no_reason("deny");
    const auto rule = rule_of(asked, policy::Verdict::Deny);
    if (!rule)
        return Failure{rule.error()};
    Sentences sentences;
    for (const auto &name : rule.value().names) {
        auto facts = facts_before_denying(name);
        if (!facts)
            return Failure{facts.error(), "", ExitCode::Failed};
        sentences.insert(sentences.end(), facts.value().begin(), facts.value().end());
    }
    auto done = change_rules(policy::local_rules_file, [&](const std::string &text) {
        return policy::with_rule(text, local_rules_path, rule.value());
    });
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    const auto &change = std::get<policy::RuleChange>(done);
    const auto kept = asked.unload ? unload(invocation, asked, rule.value()) : std::nullopt;
    if (!asked.unload)
        for (const auto &name : rule.value().names)
            for (auto &fact : facts_of_loaded(name))
                sentences.push_back(std::move(fact));
    bool is_wrong = false;
    for (auto &sentence : verdicts_of(rule.value(), is_wrong))
        sentences.push_back(std::move(sentence));
    const auto names = join(rule.value().names);
    tell(invocation,
         {change.generation == 0 ? "unchanged" : "applied", change.changed.id, rule.value().names,
          change.generation,
          change.changed.id.empty()
              ? fmt::format("{}: a rule of {} says so already", names, local_rules_path)
              : fmt::format("denied {}: rule {} in {}", names, change.changed.id, local_rules_path),
          sentences});
    if (kept)
        return *kept;
    return is_wrong ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

Ended allow_by_rule(const Invocation &invocation, const RuleWish &asked) {
    if (asked.reason.empty())
        return no_reason("allow");
    const auto rule = rule_of(asked, policy::Verdict::Allow);
    if (!rule)
        return Failure{rule.error()};
    auto done = change_rules(policy::local_rules_file, [&](const std::string &text) {
        return policy::with_rule(text, local_rules_path, rule.value());
    });
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    const auto &change = std::get<policy::RuleChange>(done);
    bool is_wrong = false;
    const auto sentences = verdicts_of(rule.value(), is_wrong);
    const auto names = join(rule.value().names);
    tell(invocation, {change.generation == 0 ? "unchanged" : "applied", change.changed.id,
                      rule.value().names, change.generation,
                      change.changed.id.empty()
                          ? fmt::format("{}: a rule of {} says so already", names, local_rules_path)
                          : fmt::format("allowed {}: rule {} in {}", names, change.changed.id,
                                        local_rules_path),
                      sentences});
    return is_wrong ? ExitCode::Failed : ExitCode::Ok;
}

Ended revoke_rules(const Invocation &invocation, const std::vector<std::string> &names) {
    auto done = change_rules(
        policy::local_rules_file, [&](const std::string &text) -> Result<policy::Changed> {
            policy::Changed all;
            all.text = text;
            for (const auto &name : names) {
                auto one = TRY(policy::without_rule(all.text, local_rules_path, name));
                all.text = std::move(one.text);
                all.taken.insert(all.taken.end(), one.taken.begin(), one.taken.end());
            }
            return all;
        });
    if (auto *failure = std::get_if<Failure>(&done))
        return std::move(*failure);
    const auto &change = std::get<policy::RuleChange>(done);
    auto taken = change.changed.taken;
    std::sort(taken.begin(), taken.end());
    taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
    tell(invocation, {"applied",
                      {},
                      taken,
                      change.generation,
                      fmt::format("revoked {} in {}", join(taken), local_rules_path),
                      {}});
    return ExitCode::Ok;
}

void add_policy_deny(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "deny", "Deny modules by their names, at once and from now on",
                    "  modkeeper policy deny rxrpc --reason CVE-2026-1234\n"
                    "  modkeeper policy deny dccp sctp --reason 'not used here' --unload\n"
                    "  modkeeper policy deny rxrpc --until 2099-12-31 --reason 'until the update'\n"
                    "\n"
                    "It puts a rule in front of the others in 30-local.rules, and applies the "
                    "rules. If they cannot be applied, the file stays as it was.");
    const auto asked = std::make_shared<Asked>();
    command.some_arguments("NAME", asked->names, "Names of modules");
    command.option("--reason", "TEXT", asked->reason, "Why, for whoever is refused");
    command.option("--until", "DATE", asked->until, "The last day on which it holds: YYYY-MM-DD");
    command.flag("--unload", asked->unload, "Then unload those that are loaded");
    command.flag("-y,--yes", asked->yes, "Unload them even if what goes with them is in use",
                 "--unload");
    command.quiet();
    command.runs([&invocation, asked] { return deny(invocation, *asked); });
}

} // namespace mk::cli
