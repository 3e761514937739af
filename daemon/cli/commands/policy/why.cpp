// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy why: which rule decides about a module, or about what an alias leads to, with
// all that it needs.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/module_name.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "cli/commands/policy/policy.hpp"
#include "cli/commands/policy/rule_place.hpp"
#include "driver_client/event_names.hpp"
#include "driver_client/policy_client.hpp"
#include "explain/policy_ahead.hpp"
#include "kmod/catalog.hpp"
#include "kmod/dependencies.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

struct Judged {
    ModuleName module;
    ModuleName needed_by; // "": it was asked about itself
    driver::PolicyReply reply;
    std::string place; // of the rule; "": none decides

    bool is_denied() const { return reply.verdict == driver::PolicyVerdict::Denied; }
    bool would_be_denied() const { return reply.verdict == driver::PolicyVerdict::WouldDeny; }
};

// What it cannot be loaded without, and is not there yet.
void add_needs(const Dependency &of, std::set<ModuleName> &seen, ModuleNames &needs) {
    for (const auto &below : of.below) {
        if (below.need != Need::Hard || below.state != LoadState::Absent ||
            !seen.insert(below.name).second)
            continue;
        add_needs(below, seen, needs);
        needs.push_back(below.name);
    }
}

class Judge {
  public:
    Judge(driver::PolicyClient &client, std::optional<policy::KeptFiles> text)
        : client_(client), text_(std::move(text)) {}

    Result<Judged> judge(const ModuleName &module, const std::string &path,
                         const ModuleName &needed_by) {
        auto reply = TRY(client_.ask(question_about_load(module, path, {})));
        Judged judged{module, needed_by, std::move(reply), {}};
        if (!judged.reply.rule.empty())
            judged.place = text_ ? place_of_rule(*text_, judged.reply.rule) : judged.reply.rule;
        return judged;
    }

  private:
    driver::PolicyClient &client_;
    std::optional<policy::KeptFiles> text_;
};

Result<std::vector<Judged>> judge_all(Judge &judge, const std::string &name) {
    std::vector<Judged> all;
    auto catalog = Catalog::create(ConfigurationPlaces{}.catalog());
    const auto modules =
        catalog ? catalog.value().resolve_names(name) : Result<ModuleNames>(catalog.error());
    if (!modules) {
        // a rule may name it before its file is there
        if (!check_name(name))
            return modules.error();
        auto one = TRY(judge.judge(ModuleName(name), {}, {}));
        all.push_back(std::move(one));
        return all;
    }
    Dependencies dependencies(catalog.value());
    for (const auto &module : modules.value()) {
        auto itself = TRY(judge.judge(module, catalog.value().path_of(module), {}));
        all.push_back(std::move(itself));
        std::set<ModuleName> seen;
        ModuleNames needs;
        add_needs(dependencies.needs(module), seen, needs);
        for (const auto &need : needs) {
            auto one = TRY(judge.judge(need, catalog.value().path_of(need), module));
            all.push_back(std::move(one));
        }
    }
    return all;
}

std::string because(const Judged &judged) {
    return judged.place + (judged.reply.reason.empty() ? "" : ": " + judged.reply.reason);
}

// "snd_pcm, which it needs, is denied by 30-local.rules:4: CVE-2026-1"
std::string clause_of_need(const Judged &need) {
    return fmt::format("{}, which it needs, {} denied by {}", need.module,
                       need.is_denied() ? "is" : "would be", because(need));
}

std::string sentence_of(const Judged &module, const std::vector<Judged> &all) {
    if (module.reply.mode == driver::PolicyMode::Off)
        return module.module + " may be loaded: no rule is asked, because the mode of loads is off";
    if (module.is_denied())
        return fmt::format("{} may not be loaded: it is denied by {}", module.module,
                           because(module));
    if (module.would_be_denied())
        return fmt::format(
            "{} may be loaded: the mode is audit, in enforce it would be denied by {}",
            module.module, because(module));
    const auto need = std::find_if(all.begin(), all.end(), [&](const auto &one) {
        return one.needed_by == module.module && (one.is_denied() || one.would_be_denied());
    });
    if (need != all.end())
        return fmt::format("{} itself may be loaded; {}", module.module, clause_of_need(*need));
    if (module.place.empty())
        return module.module + " may be loaded: no rule decides about it";
    return fmt::format("{} may be loaded: it is allowed by {}", module.module, because(module));
}

Json json_of(const std::vector<Judged> &all) {
    Json list = Json::array();
    for (const auto &one : all)
        list.push_back(object({{"module", one.module},
                               {"needed_by", text_or_null(one.needed_by)},
                               {"outcome", driver::name_of(one.reply.verdict)},
                               {"rule", text_or_null(one.reply.rule)},
                               {"where", text_or_null(one.place)},
                               {"rule_reason", text_or_null(one.reply.reason)}}));
    return list;
}

Ended why(const Invocation &invocation, const std::string &name) {
    driver::DevicePolicyClient client;
    const auto policy = client.installed();
    if (!policy)
        return Failure{policy.error()};
    Judge judge(client, policy::text_in_force(policy.value()));
    const auto judged = judge_all(judge, name);
    if (!judged)
        return Failure{judged.error()};
    const auto &all = judged.value();
    if (invocation.json)
        std::fputs(json_text(json_of(all)).c_str(), stdout);
    else
        for (const auto &one : all)
            if (one.needed_by.empty())
                std::fputs((printable(sentence_of(one, all)) + "\n").c_str(), stdout);
    const bool is_denied =
        std::any_of(all.begin(), all.end(), [](const auto &one) { return one.is_denied(); });
    return is_denied ? ExitCode::Failed : ExitCode::Ok;
}

} // namespace

void add_policy_why(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "why",
                    "Say which rule decides about a module, and about what it needs",
                    "  modkeeper policy why wireguard\n"
                    "  modkeeper policy why net-pf-33\n"
                    "\n"
                    "It is about a load by root, for nobody else: \"modkeeper policy test\" asks "
                    "about others.\n"
                    "\n"
                    "Exit status 1: it is denied, or something that it needs is.");
    const auto name = std::make_shared<std::string>();
    command.argument("NAME", *name, "Name of a module, or an alias");
    command.runs([&invocation, name] { return why(invocation, *name); });
}

} // namespace mk::cli
