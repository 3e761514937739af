// SPDX-License-Identifier: GPL-2.0-only
#include "policy/rule_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>

#include <fmt/core.h>

#include "base/module_name.hpp"
#include "base/pattern.hpp"
#include "base/suggestion.hpp"
#include "base/text_file.hpp"
#include "policy/rule_words.hpp"
#include "policy/vocabulary.hpp"

namespace mk::policy {

namespace {

constexpr std::string_view version = "1";

// "did you mean deny?", or the words there are.
std::string help_with(const std::string &typed, const std::vector<std::string> &known) {
    if (auto meant = nearest(typed, known); !meant.empty())
        return "did you mean " + meant + "?";
    return "expected " + join(known);
}

bool is_identifier(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == ':';
    });
}

// What the driver takes in names and patterns.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_hexadecimal(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::optional<std::uint32_t> number_in(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// The end of a day by the machine's clock: a rule until a day holds on that day too.
std::optional<std::int64_t> end_of_day(const std::string &text) {
    std::tm day = {};
    const char *end = strptime(text.c_str(), "%Y-%m-%d", &day);
    // The kernel counts nanoseconds since 1970, in 63 bits.
    if (!end || *end != '\0' || text.size() != 10 || day.tm_year <= 70 || day.tm_year > 361)
        return std::nullopt;
    const auto wanted = day.tm_mday;
    day.tm_isdst = -1;
    auto same = day;
    if (mktime(&same) == -1 || same.tm_mday != wanted) // such as February 30
        return std::nullopt;
    ++day.tm_mday;
    return static_cast<std::int64_t>(mktime(&day));
}

// What one statement says. Each step returns false after it has told what is wrong.
class Parser {
  public:
    Parser(const Statement &words, Policy &policy, Findings &findings)
        : words_(words), policy_(policy), findings_(findings) {}

    void parse() {
        const auto &first = next();
        if (first.text == "policy")
            parse_version();
        else if (first.text == "set")
            parse_set();
        else if (first.text == "mode")
            parse_mode();
        else if (first.text == "default")
            parse_default();
        else if (const auto verdict = meaning_of(verdicts, first.text))
            parse_rule(*verdict);
        else
            unknown(first, "statement",
                    {"allow", "deny", "warn", "default", "mode", "set", "policy"});
    }

  private:
    bool at_end() const { return at_ == words_.size(); }
    const Word &peek() const { return words_[at_]; }
    const Word &next() { return words_[at_++]; }
    bool next_is(std::string_view word) const {
        return !at_end() && !peek().is_quoted && peek().text == word;
    }

    bool fail(const Place &place, std::string reason, std::string remedy = {}) {
        findings_.push_back(error_at(place, std::move(reason), std::move(remedy)));
        return false;
    }
    bool unknown(const Word &word, const char *what, const std::vector<std::string> &known) {
        return fail(word.place, fmt::format("unknown {} {}", what, quote(word.text)),
                    help_with(word.text, known));
    }
    // The statement ends where something must come.
    bool missing(const std::string &what) {
        const auto &last = words_.back();
        auto place = last.place;
        place.column += static_cast<unsigned>(last.text.size() + (last.is_quoted ? 2 : 0));
        return fail(place, "the line ends where " + what + " must follow");
    }
    bool ends() { return at_end() || fail(peek().place, "unexpected " + quote(peek().text)); }

    template <typename Meaning, std::size_t size> bool
    word_from(const std::array<Entry<Meaning>, size> &entries, const char *what, Meaning &meaning) {
        if (at_end())
            return missing(fmt::format("a {} ({})", what, join(words_of(entries))));
        const auto &word = next();
        const auto found = meaning_of(entries, word.text);
        if (!found)
            return unknown(word, what, words_of(entries));
        meaning = *found;
        return true;
    }

    void parse_version() {
        if (at_end())
            missing("the version, 1,");
        else if (peek().text != version)
            fail(peek().place, "policy version " + quote(peek().text) + " is not known",
                 "this program knows version 1");
        else if (next(); ends())
            return;
    }

    void parse_set() {
        NamedSet set{words_.front().place, {}, {}};
        if (at_end()) {
            missing("the name of the set, such as @usb,");
            return;
        }
        const auto &name = next();
        if (name.text.size() < 2 || name.text.front() != '@' ||
            !is_identifier(name.text.substr(1))) {
            fail(name.place, quote(name.text) + " is no name of a set",
                 "it begins with @ and has letters, digits, - and _");
            return;
        }
        set.name = name.text.substr(1);
        if (meaning_of(selectors, set.name)) {
            fail(name.place, name.text + " has a meaning of its own", "choose another name");
            return;
        }
        if (!next_is("=")) {
            if (at_end())
                missing("= and the members of the set");
            else
                fail(peek().place, "= must follow the name of the set");
            return;
        }
        next();
        while (!at_end())
            if (!pattern(Gate::Load, set.members))
                return;
        if (set.members.empty())
            missing("a member of the set");
        else
            policy_.sets.push_back(std::move(set));
    }

    void parse_mode() {
        ModeLine line{words_.front().place, {}, {}};
        if (word_from(gates, "gate", line.gate) && word_from(modes, "mode", line.mode) && ends())
            policy_.modes.push_back(line);
    }

    void parse_default() {
        Rule rule;
        rule.place = words_.front().place;
        rule.is_default = true;
        if (word_from(gates, "gate", rule.gate) && word_from(verdicts, "verdict", rule.verdict) &&
            attributes(rule))
            policy_.rules.push_back(std::move(rule));
    }

    void parse_rule(Verdict verdict) {
        Rule rule;
        rule.place = words_.front().place;
        rule.verdict = verdict;
        if (!word_from(gates, "gate", rule.gate) || !patterns(rule, rule.what))
            return;
        if (rule.what.empty()) {
            name_missing(rule.gate);
            return;
        }
        if (next_is("except")) {
            next();
            if (!patterns(rule, rule.except))
                return;
            if (rule.except.empty()) {
                name_missing(rule.gate);
                return;
            }
        }
        if (next_is("if") && !conditions(rule))
            return;
        if (attributes(rule))
            policy_.rules.push_back(std::move(rule));
    }

    void name_missing(Gate gate) {
        const std::string what = gate == Gate::Load ? "the name of a module"
                                                    : "the name of a request, such as net-pf-38,";
        if (at_end())
            missing(what);
        else
            fail(peek().place, what + " must stand before " + quote(peek().text));
    }

    static bool is_attribute(const Word &word) {
        return word.text == "reason" || word.text == "alone" || word.text.starts_with("id=") ||
               word.text.starts_with("until=") || word.text.starts_with("reason=");
    }

    bool patterns(const Rule &rule, std::vector<Pattern> &into) {
        while (!at_end() && !next_is("except") && !next_is("if") && !is_attribute(peek()))
            if (!pattern(rule.gate, into))
                return false;
        return true;
    }

    bool pattern(Gate gate, std::vector<Pattern> &into) {
        const auto &word = next();
        if (word.is_quoted)
            return fail(word.place, "a name stands without quotes");
        auto found = parse_pattern(word.text, gate, word.place, findings_);
        if (found)
            into.push_back(std::move(*found));
        return found.has_value();
    }

    bool conditions(Rule &rule) {
        do {
            next(); // "if" or "and"
            if (!condition(rule))
                return false;
        } while (next_is("and"));
        if (rule.conditions.size() > conditions_max)
            return fail(rule.conditions[conditions_max].place,
                        fmt::format("a rule has at most {} conditions", conditions_max),
                        "write two rules");
        return at_end() || is_attribute(peek()) ||
               fail(peek().place, "unexpected " + quote(peek().text),
                    "conditions are joined by and");
    }

    bool condition(Rule &rule) {
        Condition condition;
        if (next_is("not")) {
            next();
            condition.is_negated = true;
        }
        if (at_end())
            return missing("a condition");
        const auto &word = next();
        condition.place = word.place;
        const auto equals = word.text.find('=');
        if (const auto plain = meaning_of(plain_facts, word.text)) {
            condition.fact = *plain;
        } else if (const auto caller = meaning_of(caller_facts, word.text)) {
            condition.fact = *caller;
            if (!who(condition.who))
                return false;
        } else if (const auto text = meaning_of(text_facts, word.text.substr(0, equals));
                   text && equals != std::string::npos) {
            condition.fact = *text;
            condition.text = word.text.substr(equals + 1);
            if (!text_condition(condition))
                return false;
        } else {
            std::vector<std::string> known = words_of(plain_facts);
            for (const auto &entry : text_facts)
                known.push_back(std::string(entry.word) + "=");
            add_words(caller_facts, known);
            return unknown(word, "condition", known);
        }
        if (rule.gate == Gate::Request && condition.fact != Condition::Fact::By)
            return fail(word.place,
                        "a request knows no module yet: " + quote(word.text) +
                            " cannot be asked there",
                        "only by WHO can");
        rule.conditions.push_back(std::move(condition));
        return true;
    }

    bool text_condition(const Condition &condition) {
        if (condition.text.empty())
            return fail(condition.place, "a text must follow the =");
        if (!is_plain(condition.text) || condition.text.size() > pattern_max)
            return fail(
                condition.place,
                fmt::format("{} cannot be compared: it may have {} ASCII characters, and no "
                            "blanks",
                            quote(condition.text), pattern_max),
                "? stands for any character");
        if (condition.fact == Condition::Fact::Srcversion && !is_hexadecimal(condition.text))
            return fail(condition.place, quote(condition.text) + " is no srcversion",
                        "modinfo -F srcversion shows it, in hexadecimal digits");
        if (condition.fact == Condition::Fact::Path && condition.text.front() != '/' &&
            condition.text.front() != '*')
            return fail(condition.place, "a path begins with /");
        return condition.fact == Condition::Fact::Srcversion ||
               canonical_pattern(condition.text).has_value() ||
               fail(condition.place, "a bracket without an end in " + quote(condition.text));
    }

    bool who(Who &who) {
        std::vector<std::string> known = words_of(callers);
        known.emplace_back("uid=N");
        if (at_end())
            return missing("who it is (" + join(known) + ")");
        const auto &word = next();
        if (const auto kind = meaning_of(callers, word.text)) {
            who.kind = *kind;
            return true;
        }
        constexpr std::string_view uid = "uid=";
        if (!word.text.starts_with(uid))
            return unknown(word, "word for somebody", known);
        who.kind = Who::Kind::Uid;
        const auto range = std::string_view(word.text).substr(uid.size());
        const auto dash = range.find('-');
        const auto first = number_in(range.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : number_in(range.substr(dash + 1));
        if (!first || !last)
            return fail(word.place, quote(word.text) + " is no user or range of users",
                        "write uid=1000 or uid=1000-1999");
        if (*first > *last)
            return fail(word.place, "the range " + quote(word.text) + " ends before it begins");
        who.uid_first = *first;
        who.uid_last = *last;
        return true;
    }

    bool attributes(Rule &rule) {
        while (!at_end())
            if (!attribute(rule))
                return false;
        return true;
    }

    bool attribute(Rule &rule) {
        const auto &word = next();
        const auto equals = word.text.find('=');
        const auto name = word.text.substr(0, equals);
        const auto value = equals == std::string::npos ? "" : word.text.substr(equals + 1);
        if (name == "id" && equals != std::string::npos)
            return identifier(rule, word, value);
        if (name == "until" && equals != std::string::npos && !rule.is_default) {
            rule.until = end_of_day(value);
            return rule.until ||
                   fail(word.place, quote(value) + " is no date", "write it as until=2026-12-31");
        }
        if (word.text == "alone" && rule.gate == Gate::Load && rule.verdict == Verdict::Allow &&
            !rule.is_default) {
            rule.is_alone = true;
            return true;
        }
        if (word.text == "alone")
            return fail(word.place, "alone is for rules that allow loads");
        if (name == "reason")
            return reason(rule, word, value);
        std::vector<std::string> known = {"id=WORD", "reason \"TEXT\""};
        if (!rule.is_default)
            known.insert(known.end(), {"until=DATE", "alone"});
        return unknown(word, "attribute", known);
    }

    bool identifier(Rule &rule, const Word &word, const std::string &value) {
        if (!is_identifier(value) || value.size() > id_max)
            return fail(word.place, quote(value) + " is no id",
                        fmt::format("an id has letters, digits, - _ . and :, {} at most", id_max));
        rule.id = value;
        return true;
    }

    bool reason(Rule &rule, const Word &word, const std::string &value) {
        auto text = value;
        auto place = word.place;
        if (word.text == "reason") {
            if (at_end())
                return missing("the reason in quotes");
            text = peek().text;
            place = peek().place;
            if (!next().is_quoted)
                return fail(place, "the reason must stand in quotes");
        }
        if (text.empty() || text.size() > reason_max)
            return fail(place, text.empty() ? "the reason is empty"
                                            : fmt::format("the reason has {} bytes, {} more than "
                                                          "there is room for",
                                                          text.size(), text.size() - reason_max));
        rule.reason = text;
        return true;
    }

    const Statement &words_;
    Policy &policy_;
    Findings &findings_;
    std::size_t at_ = 0;
};

} // namespace

std::optional<Pattern> parse_pattern(const std::string &word, Gate gate, const Place &place,
                                     Findings &findings) {
    const auto fault = [&](std::string reason, std::string remedy = {}) {
        findings.push_back(error_at(place, std::move(reason), std::move(remedy)));
        return std::nullopt;
    };
    Pattern pattern{Pattern::Kind::Name, word, place};
    if (word.starts_with('@')) {
        pattern.text = word.substr(1);
        if (!is_identifier(pattern.text))
            return fault(quote(word) + " is no name of a set");
        if (const auto selector = meaning_of(selectors, pattern.text)) {
            pattern.kind = *selector;
            pattern.text.clear();
        } else {
            pattern.kind = Pattern::Kind::Set;
        }
    } else if (word.starts_with("alias:")) {
        pattern.kind = Pattern::Kind::Alias;
        pattern.text = word.substr(word.find(':') + 1);
    } else if (word.starts_with("file:")) {
        pattern.kind = Pattern::Kind::File;
        pattern.text = word.substr(word.find(':') + 1);
    }
    const bool is_selector =
        pattern.kind != Pattern::Kind::Name && pattern.kind != Pattern::Kind::Set;
    if (is_selector && gate == Gate::Request)
        return fault(quote(word) + " chooses modules; a request has a name only",
                     "write the name of the request, such as net-pf-38");
    if (pattern.kind == Pattern::Kind::Devices || pattern.kind == Pattern::Kind::Boot ||
        pattern.kind == Pattern::Kind::Initramfs || pattern.kind == Pattern::Kind::Set)
        return pattern;
    if (!is_plain(word) || word.find('\\') != std::string::npos)
        return fault(quote(word) + " is no name: names are of ASCII characters other than \\");
    auto canonical = canonical_pattern(pattern.text);
    if (!canonical)
        return fault("a bracket without an end in " + quote(word));
    if (pattern.text.empty())
        return fault("a pattern must follow " + quote(word));
    if (pattern.kind != Pattern::Kind::Name)
        return pattern;
    const auto longest = gate == Gate::Load ? module_name_max : request_max;
    if (canonical->size() > longest)
        return fault(fmt::format("{} is too long: a {} has {} characters at most", quote(word),
                                 gate == Gate::Load ? "module's name" : "request", longest));
    if (gate == Gate::Load && word.find('/') != std::string::npos)
        return fault(quote(word) + " is a path, not the name of a module",
                     "write file:PATTERN for paths below /lib/modules/RELEASE");
    if (gate == Gate::Load && word.find(':') != std::string::npos)
        return fault(quote(word) + " is an alias, not the name of a module", "write alias:" + word);
    if (gate == Gate::Load && (word.ends_with(".ko") || word.find(".ko.") != std::string::npos))
        return fault(quote(word) + " is a file, not the name of a module",
                     "write " + ModuleName::of_file(word));
    if (gate == Gate::Load)
        pattern.text = std::move(*canonical); // requests are known by their usual spelling
    return pattern;
}

void parse_rules(std::string_view text, const std::string &file, Policy &policy,
                 Findings &findings) {
    for (const auto &statement : statements_of(text, file, findings))
        Parser(statement, policy, findings).parse();
}

} // namespace mk::policy
