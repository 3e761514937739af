// SPDX-License-Identifier: GPL-2.0-only
#include "policy/local_rules.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/module_name.hpp"
#include "policy/rule_parser.hpp"
#include "policy/rule_text.hpp"
#include "policy/rule_words.hpp"
#include "policy/vocabulary.hpp"

namespace mk::policy {

namespace {

constexpr std::string_view head = "# Rules of \"modkeeper policy deny\" and \"modkeeper policy "
                                  "allow\"; the first one that fits decides.\n\n";

// A rule of loads as it stands in the file.
struct WrittenRule {
    Verdict verdict = Verdict::Allow;
    std::vector<Word> names;
    std::string id;
    bool is_plain = true; // has no exception, condition or other attribute than id, reason, until
    std::string rest;     // reason and until, for comparison
    unsigned first_line = 0;
    unsigned last_line = 0;
};

bool is_bare(const Word &word, std::string_view text) {
    return !word.is_quoted && word.text == text;
}

std::optional<WrittenRule> rule_in(const Statement &statement) {
    if (statement.size() < 3 || !is_bare(statement[1], "load"))
        return std::nullopt;
    const auto verdict = meaning_of(verdicts, statement[0].text);
    if (!verdict)
        return std::nullopt;
    WrittenRule rule;
    rule.verdict = *verdict;
    rule.first_line = statement.front().place.line;
    rule.last_line = statement.back().place.line;
    bool is_name = true;
    for (std::size_t i = 2; i < statement.size(); ++i) {
        const auto &word = statement[i];
        if (word.text == "except" || word.text == "if" || word.text == "alone") {
            is_name = false;
            rule.is_plain = false;
        } else if (word.text.starts_with("id=")) {
            is_name = false;
            rule.id = word.text.substr(3);
        } else if (word.text == "reason" || word.text.starts_with("reason=") ||
                   word.text.starts_with("until=")) {
            is_name = false;
            rule.rest += word.text + "\n";
        } else if (is_name) {
            rule.names.push_back(word);
        } else {
            rule.rest += word.text + "\n";
        }
    }
    return rule;
}

// A text by its lines, which have their ends.
class Lines {
  public:
    explicit Lines(std::string_view text) {
        while (!text.empty()) {
            const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
            lines_.emplace_back(text.substr(0, size));
            text.remove_prefix(size);
        }
    }

    // Counted from 1. The lines behind keep their numbers.
    std::string &at(unsigned line) { return lines_.at(line - 1); }
    void clear(unsigned first, unsigned last) {
        for (auto line = first; line <= last; ++line)
            at(line).clear();
    }
    // In front of the comment that stands above @line.
    void insert_above(unsigned line, const std::string &text) {
        auto index = std::size_t{line} - 1;
        while (index > 0 && lines_[index - 1].starts_with('#'))
            --index;
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(index), text);
    }
    void append(const std::string &text) {
        if (!lines_.empty() && !lines_.back().empty() && !lines_.back().ends_with('\n'))
            lines_.back() += '\n';
        lines_.push_back(text);
    }
    std::string text() const {
        std::string text;
        for (const auto &line : lines_)
            text += line;
        return text;
    }

  private:
    std::vector<std::string> lines_;
};

std::optional<Error> fault_in(std::string_view text, const std::string &file) {
    Policy policy;
    Findings findings;
    parse_rules(text, file, policy, findings);
    for (const auto &finding : findings)
        if (finding.is_error())
            return Error{ErrorCode::InvalidArgument, finding.text() + "; nothing was changed"};
    return std::nullopt;
}

std::vector<WrittenRule> rules_in(std::string_view text, const std::string &file) {
    Findings findings;
    std::vector<WrittenRule> rules;
    for (const auto &statement : statements_of(text, file, findings))
        if (auto rule = rule_in(statement))
            rules.push_back(std::move(*rule));
    return rules;
}

unsigned first_statement(std::string_view text, const std::string &file) {
    Findings findings;
    const auto statements = statements_of(text, file, findings);
    return statements.empty() ? 0 : statements.front().front().place.line;
}

// Words from the back, so that the places of those in front stay true.
void take_names(Lines &lines, const WrittenRule &rule, const std::set<ModuleName> &names,
                std::vector<std::string> &taken) {
    const auto is_named = [&](const Word &word) {
        return !word.is_quoted && names.contains(ModuleName(word.text));
    };
    const auto going = std::count_if(rule.names.begin(), rule.names.end(), is_named);
    if (going == 0)
        return;
    for (const auto &word : rule.names)
        if (is_named(word))
            taken.push_back(ModuleName(word.text));
    if (static_cast<std::size_t>(going) == rule.names.size()) {
        lines.clear(rule.first_line, rule.last_line);
        return;
    }
    for (auto word = rule.names.rbegin(); word != rule.names.rend(); ++word) {
        if (!is_named(*word))
            continue;
        auto &line = lines.at(word->place.line);
        const auto begin = std::size_t{word->place.column} - 1;
        auto end = begin + word->text.size();
        while (end < line.size() && (line[end] == ' ' || line[end] == '\t'))
            ++end;
        line.erase(begin, end - begin);
    }
}

std::string new_id(const NewRule &rule, const std::vector<WrittenRule> &rules) {
    const auto is_taken = [&](const std::string &id) {
        return std::any_of(rules.begin(), rules.end(),
                           [&](const auto &one) { return one.id == id; });
    };
    constexpr std::size_t room = 8; // for the number
    auto base = fmt::format("{}-{}", word_of(verdicts, rule.verdict), rule.names.front());
    base.resize(std::min(base.size(), id_max - room));
    auto id = base;
    for (int number = 2; is_taken(id); ++number)
        id = fmt::format("{}-{}", base, number);
    return id;
}

Result<Changed> checked(Changed changed, const std::string &file) {
    if (auto fault = fault_in(changed.text, file))
        return std::move(*fault);
    return changed;
}

// Nothing: no rule had what was to go.
std::optional<Changed> finished(const Lines &lines, Changed changed) {
    if (changed.taken.empty())
        return std::nullopt;
    changed.text = lines.text();
    // what only the commands wrote
    if (changed.text == head)
        changed.text.clear();
    return changed;
}

Error no_such_rule(const std::string &file, const std::string &name_or_id) {
    return {ErrorCode::NotFound,
            fmt::format("no rule of {} has the name or id {}", file, quote(name_or_id))};
}

} // namespace

std::string text_of(const NewRule &rule) {
    auto line = fmt::format("{} load", word_of(verdicts, rule.verdict));
    for (const auto &name : rule.names)
        line += " " + name;
    line += fmt::format(" id={}", rule.id);
    if (!rule.until.empty())
        line += " until=" + rule.until;
    return line + " reason " + in_quotes(rule.reason) + "\n";
}

Result<void> check_rule(const NewRule &rule) {
    NewRule one = rule;
    if (one.id.empty())
        one.id = "id";
    Policy policy;
    Findings findings;
    parse_rules(text_of(one), "", policy, findings);
    for (const auto &finding : findings)
        if (finding.is_error())
            return Error{ErrorCode::InvalidArgument, finding.diagnosis.reason};
    return {};
}

Result<Changed> with_rule(std::string_view text, const std::string &file, const NewRule &rule) {
    if (auto fault = fault_in(text, file))
        return std::move(*fault);
    const auto rules = rules_in(text, file);
    auto rest = rule.until.empty() ? std::string() : "until=" + rule.until + "\n";
    rest += "reason\n" + rule.reason + "\n";
    std::set<ModuleName> names(rule.names.begin(), rule.names.end());
    const auto contrary = names;
    for (const auto &written : rules)
        if (written.verdict == rule.verdict && written.is_plain && written.rest == rest &&
            (rule.id.empty() || written.id == rule.id))
            for (const auto &word : written.names)
                names.erase(ModuleName(word.text));
    Changed changed;
    Lines lines(text);
    for (auto written = rules.rbegin(); written != rules.rend(); ++written)
        if (rule.id.empty() && written->verdict != rule.verdict &&
            written->verdict != Verdict::Warn && written->is_plain)
            take_names(lines, *written, contrary, changed.taken);
    if (!names.empty()) {
        NewRule added = rule;
        std::erase_if(added.names,
                      [&](const auto &name) { return !names.contains(ModuleName(name)); });
        if (added.id.empty())
            added.id = new_id(added, rules);
        changed.id = added.id;
        const auto line = text_of(added);
        if (text.empty())
            lines.append(std::string(head));
        if (const auto first = first_statement(text, file); first != 0)
            lines.insert_above(first, line);
        else
            lines.append(line);
    }
    changed.text = lines.text();
    return checked(std::move(changed), file);
}

Result<Changed> without_rule(std::string_view text, const std::string &file,
                             const std::string &name_or_id) {
    if (auto fault = fault_in(text, file))
        return std::move(*fault);
    const ModuleName name(name_or_id);
    Changed changed;
    Lines lines(text);
    const auto rules = rules_in(text, file);
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
        if (!rule->id.empty() && rule->id == name_or_id) {
            lines.clear(rule->first_line, rule->last_line);
            changed.taken.push_back(rule->id);
        } else {
            take_names(lines, *rule, {name}, changed.taken);
        }
    }
    auto done = finished(lines, std::move(changed));
    return done ? checked(std::move(*done), file) : no_such_rule(file, name_or_id);
}

Result<Changed> without_id(std::string_view text, const std::string &file, const std::string &id) {
    if (auto fault = fault_in(text, file))
        return std::move(*fault);
    Changed changed;
    Lines lines(text);
    for (const auto &rule : rules_in(text, file))
        if (!rule.id.empty() && rule.id == id) {
            lines.clear(rule.first_line, rule.last_line);
            changed.taken.push_back(rule.id);
        }
    auto done = finished(lines, std::move(changed));
    return done ? checked(std::move(*done), file) : no_such_rule(file, id);
}

} // namespace mk::policy
