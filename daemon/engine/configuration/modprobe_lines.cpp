// SPDX-License-Identifier: GPL-2.0-only
#include "engine/configuration/modprobe_lines.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/module_name.hpp"

namespace mk::engine {

namespace {

struct Logical {
    std::string text;
    unsigned lines = 0;
};

// The next line, joined with those that a backslash at its end continues. A backslash elsewhere
// says that what follows it is meant as it stands.
std::optional<Logical> next_line(std::string_view &text) {
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
        if (c == '\\' && !text.empty()) {
            c = text.front();
            text.remove_prefix(1);
            if (c == '\n') {
                ++line.lines;
                continue;
            }
        }
        line.text += c;
    }
    ++line.lines;
    return line;
}

std::string_view take_word(std::string_view &text) {
    constexpr std::string_view blank = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
    auto word = text.substr(0, text.find_first_of(blank));
    text.remove_prefix(word.size());
    text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
    return word;
}

LineKind kind_of(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, LineKind>, 7> kinds = {
        {{"alias", LineKind::Alias},
         {"blacklist", LineKind::Blacklist},
         {"install", LineKind::Install},
         {"options", LineKind::Options},
         {"remove", LineKind::Remove},
         {"softdep", LineKind::Softdep},
         {"weakdep", LineKind::Weakdep}}};
    for (const auto &[name, kind] : kinds)
        if (name == word)
            return kind;
    return LineKind::Unknown;
}

bool needs_rest(LineKind kind) {
    return kind != LineKind::Blacklist && kind != LineKind::Unknown;
}

ModprobeLine parse(std::string_view text) {
    ModprobeLine line;
    line.kind = kind_of(take_word(text));
    auto name = take_word(text);
    line.name = line.kind == LineKind::Alias ? std::string(name) : canonical_name(name);
    line.rest = text;
    std::replace(line.rest.begin(), line.rest.end(), '\t', ' ');
    if (line.name.empty() || (needs_rest(line.kind) && line.rest.empty()))
        line.kind = LineKind::Unknown;
    return line;
}

} // namespace

std::vector<ModprobeLine> parse_modprobe_lines(std::string_view text, const std::string &file) {
    std::vector<ModprobeLine> result;
    unsigned number = 1;
    while (auto logical = next_line(text)) {
        auto at = std::exchange(number, number + logical->lines);
        if (logical->text.starts_with('#') ||
            logical->text.find_first_not_of(" \t") == std::string::npos)
            continue;
        auto line = parse(logical->text);
        line.origin = {file, at};
        line.lines = logical->lines;
        result.push_back(std::move(line));
    }
    return result;
}

} // namespace mk::engine
