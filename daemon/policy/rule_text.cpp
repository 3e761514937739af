// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_text.hpp"

#include <ctime>

#include <array>

#include <fmt/core.h>

#include "policy/vocabulary.hpp"

namespace mk::policy {

namespace {

std::string text_of(const Who &who) {
    if (who.kind != Who::Kind::Uid)
        return std::string(word_of(callers, who.kind));
    if (who.uid_first == who.uid_last)
        return fmt::format("uid={}", who.uid_first);
    return fmt::format("uid={}-{}", who.uid_first, who.uid_last);
}

// The day that ends then, by the machine's clock.
std::string day_before(std::int64_t end) {
    const auto last = static_cast<std::time_t>(end - 1);
    std::tm day = {};
    localtime_r(&last, &day);
    std::array<char, 16> text;
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &day)};
}

} // namespace

std::string in_quotes(const std::string &text) {
    std::string result = "\"";
    for (const auto c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

std::string text_of(const Pattern &pattern) {
    switch (pattern.kind) {
    case Pattern::Kind::Name:
        return pattern.text;
    case Pattern::Kind::Set:
        return "@" + pattern.text;
    case Pattern::Kind::Alias:
        return "alias:" + pattern.text;
    case Pattern::Kind::File:
        return "file:" + pattern.text;
    case Pattern::Kind::Devices:
    case Pattern::Kind::Boot:
    case Pattern::Kind::Initramfs:
        break;
    }
    return fmt::format("@{}", word_of(selectors, pattern.kind));
}

std::string text_of(const Condition &condition) {
    std::string text = condition.is_negated ? "not " : "";
    if (const auto plain = word_of(plain_facts, condition.fact); !plain.empty())
        return text.append(plain);
    if (const auto word = word_of(text_facts, condition.fact); !word.empty()) {
        const bool is_bare = condition.text.find_first_of("\"\\") == std::string::npos;
        return text.append(word) + "=" + (is_bare ? condition.text : in_quotes(condition.text));
    }
    return text.append(word_of(caller_facts, condition.fact)) + " " + text_of(condition.who);
}

std::string text_of(const Rule &rule) {
    auto text = rule.is_default ? fmt::format("default {} {}", word_of(gates, rule.gate),
                                              word_of(verdicts, rule.verdict))
                                : fmt::format("{} {}", word_of(verdicts, rule.verdict),
                                              word_of(gates, rule.gate));
    for (const auto &pattern : rule.what)
        text += " " + text_of(pattern);
    for (std::size_t i = 0; i < rule.except.size(); ++i)
        text += (i == 0 ? " except " : " ") + text_of(rule.except[i]);
    for (std::size_t i = 0; i < rule.conditions.size(); ++i)
        text += (i == 0 ? " if " : " and ") + text_of(rule.conditions[i]);
    if (!rule.id.empty())
        text += " id=" + rule.id;
    if (rule.until)
        text += " until=" + day_before(*rule.until);
    if (rule.is_alone)
        text += " alone";
    if (!rule.reason.empty())
        text += " reason " + in_quotes(rule.reason);
    return text;
}

} // namespace mk::policy
