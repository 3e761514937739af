// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy deny, and allow and revoke as far as they are about rules: a rule about modules
// by their names, in the file of local rules and in force, in one step.
#include <fcntl.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/errno_text.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/commands/policy/local_change.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "cli/unload_consent.hpp"
#include "driver_client/policy_client.hpp"
#include "job/module_calls.hpp"
#include "policy/local_deny.hpp"

namespace mk::cli {
namespace {

struct Asked : policy::RuleWish {
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

// With what it does not reach.
void tell_change(const Invocation &invocation, const Told &told) {
    tell(invocation, told);
    if (told.generation != 0)
        note_image();
}

// Nothing: they are gone, or were not loaded.
std::optional<Failure> unload(const Invocation &invocation, const Asked &asked,
                              const policy::NewRule &rule) {
    for (const auto &name : module_names(rule.names)) {
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
        if (auto refused = without_consent(
                invocation, {"unload", texts_of(request.names), "", asked.yes}, preview.value()))
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

// One change of the local rules, put into words.
Told told_of(const policy::RuleChange &change, const policy::NewRule &rule, const char *verb) {
    const auto names = join(rule.names);
    const bool is_new = !change.changed.id.empty();
    return {change.generation == 0 ? "unchanged" : "applied",
            change.changed.id,
            rule.names,
            change.generation,
            is_new ? fmt::format("{} {}: rule {} in {}", verb, names, change.changed.id,
                                 local_rules_path)
                   : fmt::format("{}: a rule of {} says so already", names, local_rules_path),
            {}};
}

void add_to(Sentences &all, Sentences more) {
    for (auto &one : more)
        all.push_back(std::move(one));
}

Ended deny(const Invocation &invocation, const Asked &asked) {
    if (asked.reason.empty())
        return no_reason("deny");
    const auto rule = policy::new_rule(asked, policy::Verdict::Deny);
    if (!rule)
        return Failure{rule.error()};
    driver::DevicePolicyClient client;
    auto put = done_or_failure(policy::put_rule(client, {}, rule.value()));
    if (auto *failure = std::get_if<Failure>(&put))
        return std::move(*failure);
    auto &[change, sentences] = std::get<policy::PutRule>(put);
    if (change.not_kept)
        return not_kept(*change.not_kept);
    auto told = told_of(change, rule.value(), "denied");
    told.sentences = std::move(sentences);
    const auto stays = asked.unload ? unload(invocation, asked, rule.value()) : std::nullopt;
    if (!asked.unload)
        add_to(told.sentences, policy::facts_of_loaded({}, rule.value()));
    auto standing = policy::standing_of(client, rule.value());
    add_to(told.sentences, std::move(standing.sentences));
    tell_change(invocation, told);
    if (stays)
        return *stays;
    return standing.is_as_asked ? ExitCode::Ok : ExitCode::Failed;
}

} // namespace

Ended allow_by_rule(const Invocation &invocation, const policy::RuleWish &asked) {
    if (asked.reason.empty())
        return no_reason("allow");
    const auto rule = policy::new_rule(asked, policy::Verdict::Allow);
    if (!rule)
        return Failure{rule.error()};
    driver::DevicePolicyClient client;
    auto put = done_or_failure(policy::put_rule(client, {}, rule.value()));
    if (auto *failure = std::get_if<Failure>(&put))
        return std::move(*failure);
    const auto &change = std::get<policy::PutRule>(put).change;
    if (change.not_kept)
        return not_kept(*change.not_kept);
    auto told = told_of(change, rule.value(), "allowed");
    auto standing = policy::standing_of(client, rule.value());
    told.sentences = std::move(standing.sentences);
    tell_change(invocation, told);
    return standing.is_as_asked ? ExitCode::Ok : ExitCode::Failed;
}

Ended revoke_rules(const Invocation &invocation, const std::vector<std::string> &names) {
    driver::DevicePolicyClient client;
    auto taken = done_or_failure(policy::take_rules(client, {}, names));
    if (auto *failure = std::get_if<Failure>(&taken))
        return std::move(*failure);
    const auto &change = std::get<policy::RuleChange>(taken);
    if (change.not_kept)
        return not_kept(*change.not_kept);
    tell_change(invocation,
                {"applied",
                 {},
                 change.changed.taken,
                 change.generation,
                 fmt::format("revoked {} in {}", join(change.changed.taken), local_rules_path),
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
