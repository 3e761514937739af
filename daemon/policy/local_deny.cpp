// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_deny.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/module_name.hpp"
#include "driver_client/event_names.hpp"
#include "policy/local_facts.hpp"
#include "policy/vocabulary.hpp"

namespace mk::policy {
namespace {

Error invalid(std::string text) {
    return {ErrorCode::InvalidArgument, std::move(text)};
}

// A pattern of names too, but nothing that the language takes for something else.
bool may_stand_in_rule(char c) {
    constexpr std::string_view others = "-_.+*?";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

bool is_control(char c) {
    constexpr char del = 0x7f;
    return static_cast<unsigned char>(c) < ' ' || c == del;
}

Result<void> check_reason(const std::string &reason) {
    if (reason.empty())
        return invalid("the reason is missing: say why, for whoever is refused");
    if (reason.size() > reason_max)
        return invalid(fmt::format("the reason has {} bytes, {} more than there is room for",
                                   reason.size(), reason.size() - reason_max));
    if (std::any_of(reason.begin(), reason.end(), is_control))
        return invalid("the reason has a control character, such as the end of a line");
    return {};
}

// Nothing but a date may come near the file; whether there is such a day, its parser says.
Result<void> check_date(const std::string &until) {
    constexpr std::string_view form = "2026-12-31";
    bool is_date = until.size() == form.size();
    for (std::size_t i = 0; is_date && i < form.size(); ++i)
        is_date = form[i] == '-' ? until[i] == '-' : until[i] >= '0' && until[i] <= '9';
    if (!until.empty() && !is_date)
        return invalid(quote(until) + " is no date; write it as 2026-12-31");
    return {};
}

std::string deciding(const driver::PolicyReply &answer) {
    return fmt::format("{} decides before{}", answer.rule,
                       answer.reason.empty() ? "" : ": " + answer.reason);
}

} // namespace

Result<NewRule> new_rule(const RuleWish &wish, Verdict verdict) {
    if (wish.names.empty())
        return invalid("no module was named");
    TRY(check_reason(wish.reason));
    TRY(check_date(wish.until));
    NewRule rule{verdict, {}, wish.reason, wish.until, {}};
    for (const auto &given : each_once(wish.names)) {
        TRY(check_name(given));
        if (!std::all_of(given.begin(), given.end(), may_stand_in_rule))
            return invalid(fmt::format("{} is no name of a module: one has letters, digits, \"-\" "
                                       "and \"_\"",
                                       quote(given)));
    }
    rule.names = texts_of(each_once(module_names(wish.names)));
    TRY(check_rule(rule));
    return rule;
}

std::variant<PutRule, NotChanged> put_rule(driver::PolicyClient &client,
                                           const ConfigurationPlaces &places, const NewRule &rule) {
    PutRule put;
    if (rule.verdict == Verdict::Deny) {
        auto facts = facts_before_denying(places, module_names(rule.names));
        if (!facts)
            return NotChanged{facts.error()};
        put.sentences = facts.take();
    }
    auto done = change_rules(client, places, local_rules_file, [&](const std::string &text) {
        return with_rule(text, path_of_rules(places, local_rules_file), rule);
    });
    if (auto *refused = std::get_if<NotChanged>(&done))
        return std::move(*refused);
    put.change = std::move(std::get<RuleChange>(done));
    return put;
}

Standing standing_of(driver::PolicyClient &client, const NewRule &rule) {
    Standing standing;
    const auto wanted = word_of(verdicts, rule.verdict);
    for (const auto &name : rule.names) {
        driver::PolicyQuestion question;
        question.name = name;
        const auto reply = client.ask(question);
        if (!reply)
            continue;
        const auto &answer = reply.value();
        if (answer.mode != driver::PolicyMode::Enforce) {
            if (name == rule.names.front() && rule.verdict == Verdict::Deny)
                standing.sentences.push_back(
                    fmt::format("nothing is refused yet: the mode of loads is {}; \"modkeeper "
                                "policy mode enforce\" changes that",
                                driver::name_of(answer.mode)));
            continue;
        }
        if (answer.rule_verdict == wanted || (answer.rule.empty() && wanted == "allow"))
            continue;
        standing.is_as_asked = false;
        standing.sentences.push_back(fmt::format("{} is not {} by it: {}", name,
                                                 wanted == "deny" ? "denied" : "allowed",
                                                 deciding(answer)));
    }
    return standing;
}

std::vector<std::string> facts_of_loaded(const ConfigurationPlaces &places, const NewRule &rule) {
    std::vector<std::string> sentences;
    for (const auto &name : rule.names)
        for (auto &fact : facts_of_loaded(places, ModuleName(name)))
            sentences.push_back(std::move(fact));
    return sentences;
}

std::variant<RuleChange, NotChanged> take_rules(driver::PolicyClient &client,
                                                const ConfigurationPlaces &places,
                                                const std::vector<std::string> &names_or_ids) {
    const auto path = path_of_rules(places, local_rules_file);
    return change_rules(
        client, places, local_rules_file, [&](const std::string &text) -> Result<Changed> {
            Changed all;
            all.text = text;
            for (const auto &name : names_or_ids) {
                auto one = TRY(without_rule(all.text, path, name));
                all.text = std::move(one.text);
                all.taken.insert(all.taken.end(), one.taken.begin(), one.taken.end());
            }
            std::sort(all.taken.begin(), all.taken.end());
            all.taken.erase(std::unique(all.taken.begin(), all.taken.end()), all.taken.end());
            return all;
        });
}

} // namespace mk::policy
