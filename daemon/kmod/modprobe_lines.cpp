// SPDX-License-Identifier: GPL-2.0-only
#include "kmod/modprobe_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/module_name.hpp"

namespace mk {

namespace {

struct Logical {
    std::string text;
    unsigned lines = 0;
};

// The next line, joined with those that a trailing backslash continues. A backslash elsewhere makes
// the next character literal.
std::optional<Logical> next_line(std::string_view &text, const KmodRules &rules) {
    if (text.empty())
        return std::nullopt;
    Logical line;
    while (!text.empty()) {
        char c = text.front();
        text.remove_prefix(1);
        if (c == '\n') {
            ++line.lines;
            return line;
        }
        if (c == '\\' && text.empty()) {
            // older versions take the end of the file for a character
            if (rules.keeps_last_backslash)
                line.text += static_cast<char>(EOF);
            break;
        }
        if (c == '\\') {
            c = text.front();
            text.remove_prefix(1);
            if (c == '\n') {
                ++line.lines;
                // it would continue, but the file ends
                if (text.empty())
                    return line;
                continue;
            }
        }
        line.text += c;
    }
    ++line.lines;
    return line;
}

// The next word, removed from @text together with one blank after it, as strtok() does. Nothing: no
// more.
std::optional<std::string_view> take_word(std::string_view &text) {
    constexpr std::string_view blank = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
    if (text.empty())
        return std::nullopt;
    const auto word = text.substr(0, text.find_first_of(blank));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

constexpr std::array<std::pair<std::string_view, LineKind>, 7> kinds = {
    {{"alias", LineKind::Alias},
     {"blacklist", LineKind::Blacklist},
     {"install", LineKind::Install},
     {"options", LineKind::Options},
     {"remove", LineKind::Remove},
     {"softdep", LineKind::Softdep},
     {"weakdep", LineKind::Weakdep}}};

LineKind kind_of(std::string_view word) {
    for (const auto &[name, kind] : kinds)
        if (name == word)
            return kind;
    return LineKind::Unknown;
}

std::string without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return std::string(text);
}

// Nothing if kmod would reject the text after the first word. Text that it does not examine stays
// in @text.
std::optional<std::string> rest_of(LineKind kind, std::string_view &text) {
    if (kind == LineKind::Blacklist)
        return std::string();
    if (kind == LineKind::Alias) {
        const auto module = take_word(text);
        return module ? canonical_pattern(*module) : std::nullopt;
    }
    if (text.empty())
        return std::nullopt;
    const auto all = std::exchange(text, {});
    if (kind != LineKind::Options)
        return without_leading_blanks(all);
    // these may be in a quote that a line before has opened
    std::string rest(all);
    std::replace(rest.begin(), rest.end(), '\t', ' ');
    return rest;
}

ModprobeLine parse(std::string_view first, std::string_view text) {
    const auto kind = kind_of(first);
    const auto all = text;
    const auto word = kind == LineKind::Unknown ? std::nullopt : take_word(text);
    auto name = word ? canonical_pattern(*word) : std::nullopt;
    auto rest = name ? rest_of(kind, text) : std::nullopt;
    ModprobeLine line;
    if (!rest) {
        line.name = first;
        line.rest = without_leading_blanks(all);
        return line;
    }
    line.kind = kind;
    line.name = std::move(*name);
    line.rest = std::move(*rest);
    line.passed_over = without_leading_blanks(text);
    return line;
}

} // namespace

std::string_view kind_word(LineKind kind) {
    for (const auto &[word, known] : kinds)
        if (known == kind)
            return word;
    return {};
}

std::vector<std::string> kind_words() {
    std::vector<std::string> words;
    words.reserve(kinds.size());
    for (const auto &[word, kind] : kinds)
        words.emplace_back(word);
    return words;
}

std::vector<ModprobeLine> parse_modprobe_lines(std::string_view text, const Origin &file,
                                               const KmodRules &rules) {
    std::vector<ModprobeLine> result;
    unsigned number = 1;
    while (auto logical = next_line(text, rules)) {
        const auto at = std::exchange(number, number + logical->lines);
        // for kmod a line ends at a NUL
        std::string_view rest = logical->text.c_str();
        if (rest.starts_with('#'))
            continue;
        const auto first = take_word(rest);
        if (!first)
            continue;
        auto line = parse(*first, rest);
        line.origin = file;
        line.origin.line = at;
        line.lines = logical->lines;
        result.push_back(std::move(line));
    }
    return result;
}

} // namespace mk
